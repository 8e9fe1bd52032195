"""``python -m afterban``: the same as the command ``afterban``."""

import sys

from afterban.cli import main

if __name__ == "__main__":
    sys.exit(main())
