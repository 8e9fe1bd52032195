"""Memory that one replication frees stays with the process for the next one.

The C library gives large freed blocks back to the system, which clears them and hands them out
again a few milliseconds later; that took a fifth of a replication of 27,000 operators.  Where the
library is not GNU's, or the user has set its thresholds, nothing is done.
"""

from __future__ import annotations

import ctypes
import os
from typing import Final

_MMAP_THRESHOLD: Final = -3  # mallopt's names for them, from <malloc.h>
_TRIM_THRESHOLD: Final = -1
_LARGEST_KEPT: Final = 32 << 20  # bytes of one block; larger ones lie in large pages of their own
_KEPT: Final = 256 << 20  # bytes in all


def keep_freed_memory() -> bool:
    """Ask the C library to keep up to 256 MB of freed memory; whether it does."""
    if "MALLOC_TRIM_THRESHOLD_" in os.environ or "MALLOC_MMAP_THRESHOLD_" in os.environ:
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST_KEPT) and mallopt(_TRIM_THRESHOLD, _KEPT))
