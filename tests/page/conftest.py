"""Modules beside the tests of the page that several of them share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
