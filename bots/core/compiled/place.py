"""Where compiled kernels are kept: a folder whose name no other version shares. Numba is not imported here.

Numba's own cache asks only whether the file of the entry function is unchanged, not those it calls. Here the
folder is named by a hash of every kernel's source and of what compiles it, where: after an upgrade a stale
kernel cannot be found, let alone run.
"""

import hashlib
import os
import platform
import re
import shutil
import sys
import time
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

_SOURCES = Path(__file__).parent
_ALWAYS, _MARK = ("cache", "layout", "state"), b"compiled.cache import"
"""Files that kernels are made of: those that compile something, and what they take their constants from."""

_NAME, _LONG_UNUSED = re.compile("[0-9a-f]{24}"), 30 * 86_400.0
_COMPILERS = ("numba", "llvmlite", "numpy")
_PROCESSOR = ("vendor_id", "model name", "flags", "Features", "CPU implementer", "CPU part")


@cache
def folder_for_kernels() -> Path | None:
    """Where compiled kernels are kept; None where nothing can be written."""
    try:
        folder = _cache_home() / "botyard" / "kernels" / fingerprint()
        is_new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)  # it is used
        if is_new:
            _remove_unused(folder.parent)
    except (OSError, RuntimeError):  # no home folder, or one that cannot be written
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


def _remove_unused(kernels: Path) -> None:
    """Remove what no process of another version or place has asked for in a long time."""
    for folder in kernels.iterdir():
        with suppress(OSError):  # another process removes it too
            if _NAME.fullmatch(folder.name) and folder.stat().st_mtime < time.time() - _LONG_UNUSED:
                shutil.rmtree(folder, ignore_errors=True)


@cache
def fingerprint() -> str:
    """A hash of all that decides what the kernels are, and of where they are installed."""
    digest = hashlib.sha256()
    versions = (*map(version, _COMPILERS), sys.version, platform.machine(), *_processor(), str(_SOURCES))
    digest.update("\n".join(versions).encode())
    for file in sorted(_SOURCES.glob("*.py")):
        source = file.read_bytes()
        if file.stem in _ALWAYS or _MARK in source:
            digest.update(file.name.encode() + source)
    return digest.hexdigest()[:24]


def _processor() -> list[str]:
    """What the first processor is and can: code for one of another kind is of no use."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            lines = iter(file.readline, "")
            first = [line for line, _ in zip(lines, range(64), strict=False) if line.startswith(_PROCESSOR)]
    except OSError:
        return []
    return list(dict.fromkeys(first))


def _cache_home() -> Path:
    given = os.environ.get("XDG_CACHE_HOME", "")
    return Path(given) if given.startswith("/") else Path.home() / ".cache"
