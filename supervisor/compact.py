"""Fills the gaps in this process's memory, so that a forked child's own objects lie together.

Importing leaves thousands of free places between objects that stay. A child that allocates takes those
first, and each one costs it a private copy of a whole page that it would else share. With the gaps taken, its
objects go to fresh pages, side by side.
"""

import ctypes
import sys
from itertools import repeat

_POOL = 16 * 1024  # bytes that CPython's allocator hands to one size of objects at a time
_POOL_HEADER = 48
_LARGEST_SMALL = 512  # bytes; larger objects come from the C library
_MOST_BATCHES = 200  # ends the search in an interpreter whose allocator is another
_CACHED = 256 * 1024  # bytes of free chunks, at most, that glibc's statistics count as taken

_fillings: list[object] = []


def fill_gaps() -> None:
    """Take every gap, for as long as this process lives. For a process that is about to fork only.

    Needs CPython's own allocator and glibc; where there is another, nothing is taken.
    """
    if sys.implementation.name != "cpython" or not sys.getallocatedblocks():
        return
    for size in range(16, _LARGEST_SMALL + 1, 16):
        _fill_pools(size)
    _fill_heap()


def _fill_pools(size: int) -> None:
    """Make objects of `size` bytes until they fill a whole pool: an empty one, so none with gaps is left."""
    places = (_POOL - _POOL_HEADER) // size
    taken: list[object] = []
    for _ in range(_MOST_BATCHES):
        # Several pools' worth: the list itself takes places of some sizes while it grows.
        batch = _objects(size, 4 * places)
        begin = _whole_pool([id(one) for one in batch], size, places)
        if begin is not None:
            _fillings.append((taken, batch[:begin]))  # the rest is let go: empty pools are as good as new
            return
        taken += batch


def _objects(size: int, count: int) -> list[object]:
    """That many objects of `size` bytes each; made within one call, so that nothing comes in between."""
    if size == 16:
        return [object() for _ in repeat(None, count)]
    if size == 32:
        return list(map(float, repeat("0.5", count)))
    return list(map(bytes, repeat(size - sys.getsizeof(b""), count)))


def _whole_pool(addresses: list[int], size: int, places: int) -> int | None:
    """Where a run begins that fills a pool from its first place to its last; None where there is none."""
    for begin, address in enumerate(addresses):
        if address % _POOL == _POOL_HEADER:
            run = addresses[begin : begin + places]
            if run == list(range(address, address + places * size, size)):
                return begin
    return None


class _MallInfo(ctypes.Structure):
    """`struct mallinfo2` of glibc."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keepcost",
        )
    ]


def _fill_heap() -> None:
    """The same for the C library's heap: larger chunks first, each until it is cut from the heap's end."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallinfo2"):
        return
    info = libc.mallinfo2
    info.restype = _MallInfo
    malloc, free = libc.malloc, libc.free
    malloc.restype, malloc.argtypes, free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
    now = info()
    left = now.fordblks - now.keepcost + _CACHED  # another library in its place knows nothing of this heap
    size = 65_536
    while size >= 24 and left > 0:
        before = info().keepcost
        chunk = malloc(size)
        if info().keepcost != before:
            free(chunk)
            size = size - 16 if size <= 1_032 else size * 7 // 8
        else:
            left -= size
