"""Compiles kernels, and keeps what was compiled on disk under a name that no other version shares.

Numba's own cache asks only whether the file of the entry function is unchanged, not those it calls. Here the
folder is named by a hash of every kernel's source and of the versions that compile it: after an upgrade a
stale kernel cannot be found, let alone run.
"""

import hashlib
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import llvmlite  # type: ignore[import-untyped]
import numba
import numpy as np

_numba: Any = numba
"""As Numba is, not as its stubs know it: they lack what is needed here."""

F = TypeVar("F", bound=Callable[..., object])

_SOURCES = Path(__file__).parent
_ALWAYS, _MARK = ("cache", "layout"), b"compiled.cache import"
"""Files that kernels are made of: those that compile something, and what they take their constants from."""


def kernel(function: F) -> F:
    """A part of a kernel: compiled into the entry that calls it, and not to be called from Python.

    Without the wrappers for Python and C, which would cost as much time as the function itself.
    """
    return _compiled(function, on_disk=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def entry(function: F) -> F:
    """A kernel that Python calls: compiled at its first call, or taken from what was compiled before."""
    folder = folder_for_kernels()
    if folder is None:
        return _compiled(function, on_disk=False)
    before = _numba.config.CACHE_DIR
    _numba.config.CACHE_DIR = str(folder)
    try:
        return _compiled(function, on_disk=True, no_cfunc_wrapper=True)
    finally:
        _numba.config.CACHE_DIR = before


@cache
def folder_for_kernels() -> Path | None:
    """Where compiled kernels are kept; None where nothing can be written."""
    try:
        folder = _cache_home() / "botyard" / "kernels" / fingerprint()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # no home folder, or one that cannot be written
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


@cache
def fingerprint() -> str:
    """A hash of all that decides what the kernels are."""
    digest = hashlib.sha256()
    versions = (numba.__version__, llvmlite.__version__, np.__version__, sys.version)
    digest.update("\n".join(versions).encode())
    for file in sorted(_SOURCES.glob("*.py")):
        source = file.read_bytes()
        if file.stem in _ALWAYS or _MARK in source:
            digest.update(file.name.encode() + source)
    return digest.hexdigest()[:24]


def _cache_home() -> Path:
    given = os.environ.get("XDG_CACHE_HOME", "")
    return Path(given) if given.startswith("/") else Path.home() / ".cache"


def _compiled(function: F, on_disk: bool, **options: bool) -> F:
    # No fastmath, and nothing that would let a product and a sum become one operation: the exact sums of
    # `double_double` rest on every rounding being the one that was written.
    compiled: F = _numba.njit(cache=on_disk, nogil=True, error_model="numpy", **options)(function)
    return compiled
