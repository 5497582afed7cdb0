"""Which code a zygote has loaded: a daemon of newer code starts a zygote of its own."""

import hashlib
import importlib.util
import os
import sys
import sysconfig
from pathlib import Path

_OURS = ("bots", "schema", "supervisor")


def code_version(*further: str) -> str:
    """Twelve hex digits over our sources, the interpreter, the installed packages and `further`."""
    digest = hashlib.sha256("\0".join((sys.version, *further)).encode())
    for package in _OURS:
        for file in _sources(package):
            digest.update(f"{package}/{file}".encode())
            digest.update(file.read_bytes())
    # Installing, upgrading or removing a package touches this folder.
    digest.update(str(os.stat(sysconfig.get_path("purelib")).st_mtime_ns).encode())
    return digest.hexdigest()[:12]


def _sources(package: str) -> list[Path]:
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    return sorted(file for folder in folders or () for file in Path(folder).rglob("*.py"))
