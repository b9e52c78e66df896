"""Giving memory back to the system that the program has freed.

The C library of most Linux systems (glibc) keeps what is freed for later, in a pool for each thread. A program that
makes large arrays in many short-lived threads ends up with hundreds of megabytes that nobody uses. Elsewhere there is
nothing to do: other systems give large blocks back by themselves.
"""

import ctypes
import logging
import os
import sys
from functools import lru_cache

logger = logging.getLogger(__name__)

_POOLS = 2
"""One for the window and one for all other threads: of those, Python lets one work at a time anyway."""

_M_ARENA_MAX = -8
"""The name of that setting in glibc's malloc.h."""


def limit_pools() -> None:
    """Keep freed memory in few pools, unless the environment says otherwise; call it before there are threads.

    That every large block goes back as soon as it is freed (M_MMAP_THRESHOLD) would slow training by up to a half.
    """
    library = _glibc()
    if library is not None and "MALLOC_ARENA_MAX" not in os.environ:
        library.mallopt(_M_ARENA_MAX, _POOLS)


def release_freed_memory() -> None:
    """Give back what is free now; takes some milliseconds, in which other threads go on."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


@lru_cache(maxsize=1)
def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
