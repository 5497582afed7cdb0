"""Compiles kernels, and keeps what was compiled on disk (see `place`)."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

from bots.core.compiled.place import folder_for_kernels

_numba: Any = numba
"""As Numba is, not as its stubs know it: they lack what is needed here."""

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """A part of a kernel: compiled into the entry that calls it, and not to be called from Python.

    Without the wrappers for Python and C, which would cost as much time as the function itself.
    """
    return _once(_compiled(function, on_disk=False, no_cpython_wrapper=True, no_cfunc_wrapper=True))


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


def _once(function: F) -> F:
    """Not compiled anew for each constant that a caller writes out, which Numba takes for a type of its own.

    That is a quarter of the time to compile; LLVM puts the constants in where they are of use.
    """
    compiled: Any = function
    template, plain = compiled.get_call_template, _numba.types.unliteral

    def get_call_template(args: Any, kws: Any) -> Any:
        return template(tuple(map(plain, args)), {name: plain(each) for name, each in kws.items()})

    compiled.get_call_template = get_call_template
    return function


def _compiled(function: F, on_disk: bool, **options: bool) -> F:
    # No fastmath, and nothing that would let a product and a sum become one operation: the exact sums of
    # `double_double` rest on every rounding being the one that was written.
    compiled: F = _numba.njit(cache=on_disk, nogil=True, error_model="numpy", **options)(function)
    return compiled
