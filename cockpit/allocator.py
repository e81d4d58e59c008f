"""How the C library keeps memory that Python has freed."""

import sys

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""Names of `mallopt(3)`."""
_LARGE = 32 * 1024
"""Bytes; from there on a block is mapped for itself, and is given back when it is freed."""


def give_memory_back() -> None:
    """Have freed memory given back to the system.

    Every thread that reads from the API server would keep a heap of its own, and in it the holes that the pages of
    long lists leave: a third of the memory of a cockpit on a large cluster. As only one thread runs Python at a time,
    they can share one heap. Does nothing where the C library is not glibc.
    """
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415  (not needed by the first frame)

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
