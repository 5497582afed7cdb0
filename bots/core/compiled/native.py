"""The kernel without Numba: its machine code, as Numba made it, is loaded by LLVM alone.

To import Numba and have it load the kernel takes more than half a second and 90 MB, most of it for compiling
what need not be compiled. So the machine code is kept beside Numba's own files, under a name that no other
version or processor shares (see `place`). Where there is none, or it cannot be used, Numba does it.
"""

import ctypes
import hashlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from ctypes import c_int32, c_int64, c_void_p
from functools import partial
from pathlib import Path
from typing import Any, cast

from bots.core.compiled.place import folder_for_kernels
from bots.core.compiled.state import Array

_FILE, _ENTRY = "advance.native", "kernel.advance"
_LONGEST_TRIAL = 60.0

_SIGNATURE = ctypes.CFUNCTYPE(c_int32, c_void_p)

# Numba passes eleven things: where the result goes and where an error, then the fields of the one array. They
# are always the same, so they are read from where they lie: ctypes takes as long for each as for a call.
_CALL = """
declare i32 @"{name}"({types})

define i32 @"botyard.{name}"({pointer} %words) {{
{loads}
  %status = call i32 @"{name}"({values})
  ret i32 %status
}}
"""
_LOAD = """
  %p{at} = getelementptr i64, {pointer} %words, i64 {at}
  %w{at} = load i64, {pointer} %p{at}
"""

# What only the part for callers in Python refers to, which is in the same file but is never run.
_NEVER_CALLED = (
    *("NRT_adapt_ndarray_from_python", "NRT_adapt_ndarray_to_python", "NRT_adapt_ndarray_to_python_acqref"),
    *("NRT_Allocate", "NRT_Free", "NRT_MemInfo_call_dtor", "NRT_incref", "NRT_decref"),
    *("numba_runtime_build_excinfo_struct", "numba_unpickle", "numba_do_raise"),
    *("numba_gil_ensure", "numba_gil_release"),
)


def caller(table: Array) -> Callable[[], int]:
    """`kernel.advance` for the arrays in this table: goes on with their run, and tells why it came back."""
    function = _function()
    if function is None:
        return partial(_by_numba, table)
    result, error = c_int64(), c_void_p()
    rows, columns = table.shape
    words = (c_int64 * 11)(
        *(ctypes.addressof(result), ctypes.addressof(error), 0, 0),
        *(table.size, 8, table.ctypes.data, rows, columns, columns * 8, 8),
    )
    place = ctypes.byref(words)

    def advance() -> int:
        if status := function(place):
            raise RuntimeError(f"the kernel ended with status {status}; its error is at {error.value}")
        return result.value

    return advance


_loaded: list[Any] = []
"""The function (None where there is none), and what must live as long as it."""


def _function() -> Any:
    if not _loaded:
        _loaded.append(None)
        folder = folder_for_kernels()
        with suppress(ImportError, OSError, RuntimeError, ValueError):
            if folder is not None and (path := folder / _FILE).exists():
                _loaded[:] = load(path)
    return _loaded[0]


def load(path: Path) -> list[Any]:
    """The function in a file of `export`, and its engine.

    Raises ImportError, OSError, RuntimeError; ValueError for a file that is damaged.
    """
    import llvmlite.binding as llvm

    name, code = _unpacked(path.read_bytes(), path)
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    abort = ctypes.cast(ctypes.CDLL(None).abort, c_void_p).value
    for symbol in _NEVER_CALLED:
        if not llvm.address_of_symbol(symbol):
            llvm.add_symbol(symbol, abort)
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(_calling(llvm, name), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    address = engine.get_function_address(f"botyard.{name}")
    if not address:
        raise ValueError(f"{path} has no function {name!r}")
    return [_SIGNATURE(address), engine]


def _calling(llvm: Any, name: str) -> Any:
    """The code that calls the function with what lies at an address."""
    words = range(11)
    for pointer in ("ptr", "i64*"):  # as LLVM wrote it since version 15, and before
        code = _CALL.format(
            name=name,
            pointer=pointer,
            types=", ".join("i64" for _ in words),
            loads="".join(_LOAD.format(at=at, pointer=pointer) for at in words),
            values=", ".join(f"i64 %w{at}" for at in words),
        )
        with suppress(RuntimeError):
            return llvm.parse_assembly(code)
    raise ImportError("LLVM does not read its own language")


def _packed(name: str, code: bytes) -> bytes:
    return b"%s %s\n" % (hashlib.sha256(code).hexdigest().encode(), name.encode()) + code


def _unpacked(content: bytes, path: Path) -> tuple[str, bytes]:
    """Name and machine code; LLVM itself would end the process over a file that is cut off."""
    head, _, code = content.partition(b"\n")
    digest, _, name = head.decode("ascii", "replace").partition(" ")
    if digest != hashlib.sha256(code).hexdigest():
        raise ValueError(f"{path} is damaged")
    return name, code


def _by_numba(table: Array) -> int:
    """The same by Numba, which compiles it or loads it; the machine code is kept for the next process."""
    from bots.core.compiled import kernel

    code = int(kernel.advance(table))
    if len(_loaded) == 1:
        _loaded.append("exported")
        with suppress(Exception):  # what Numba keeps, and how, is its own business: it may change
            export()
    return code


def export() -> bool:
    """Write the machine code of the kernel that Numba has loaded; gives whether there is a file now."""
    from bots.core.compiled import kernel

    folder, advance = folder_for_kernels(), cast(Any, kernel.advance)
    (compiled,) = advance.overloads.values()
    name = compiled.fndesc.llvm_func_name
    if folder is None:
        return False
    for kept in folder.glob(f"*/{_ENTRY}-*.nbc"):
        (_, kind, (code, _)), described, *_ = pickle.loads(kept.read_bytes())
        if kind == "object" and described.llvm_func_name == name:
            return _written(folder / _FILE, _packed(name, code))
    return False


def _written(path: Path, content: bytes) -> bool:
    """Put the file there once another process could load it: what is missing in it would end this one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        trial = [sys.executable, "-m", __name__, str(beside)]
        if subprocess.run(trial, capture_output=True, timeout=_LONGEST_TRIAL, check=False).returncode:
            return False
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return True


if __name__ == "__main__":
    load(Path(sys.argv[1]))
