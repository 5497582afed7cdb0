"""Moves the code that children run to one place in memory.

Calling a function writes to its code object: the count of references, caches of the adaptive interpreter.
In a forked child that costs a private copy of the page around it. Code that was loaded module by module lies
among much that no session ever calls; moved together, a page holds several objects that are written anyway.

Only functions of our own and of the standard library are given copies. What they do stays the same.
"""

import gc
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType, FunctionType

from supervisor.compact import fill_gaps

_OURS = str(Path(__file__).resolve().parents[1] / "_")[:-1]
_STANDARD = sysconfig.get_path("stdlib")
_OTHERS = ("site-packages", "dist-packages")


@contextmanager
def recorded() -> Iterator[list[CodeType]]:
    """The code that runs inside the block, also in threads begun there, in the order of its first run."""
    ran: list[CodeType] = []
    known: set[int] = set()

    def note(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call" and id(frame.f_code) not in known:
            known.add(id(frame.f_code))
            ran.append(frame.f_code)

    before, before_in_threads = sys.getprofile(), threading.getprofile()
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield ran
    finally:
        sys.setprofile(before)
        threading.setprofile(before_in_threads)


def move_together(codes: list[CodeType]) -> None:
    """Give the functions of these codes copies that lie side by side."""
    functions: dict[int, list[FunctionType]] = {}
    for one in gc.get_objects():
        if type(one) is FunctionType:
            functions.setdefault(id(one.__code__), []).append(one)
    for code in codes:
        owners = functions.get(id(code))
        if owners and _may_be_moved(code):
            copy = code.replace()
            for owner in owners:
                owner.__code__ = copy


def _may_be_moved(code: CodeType) -> bool:
    file = code.co_filename
    return file.startswith((_OURS, _STANDARD)) and not any(folder in file for folder in _OTHERS)


def rehearsed(play: Callable[[], None]) -> None:
    """Run `play`, move together what it ran, and run it again: copied code begins with empty caches.

    Another interpreter than CPython keeps its code elsewhere: there it is run once.
    """
    if sys.implementation.name != "cpython":
        play()
        return
    with recorded() as codes:
        play()
    fill_gaps()  # so that the copies come to fresh pages
    move_together(codes)
    play()
