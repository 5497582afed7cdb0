"""Keeping what cannot be read: a broken file is moved out of the way, never overwritten and never ignored."""

from pathlib import Path


class BrokenFile(ValueError):
    """A file of ours cannot be read.

    Attributes:
        path: the file as it was asked for.
        reason: what is wrong with it.
        kept: where its content lies now, None where it was left in place.
    """

    def __init__(self, path: Path, reason: str, kept: Path | None = None) -> None:
        super().__init__(f"{path.name} is broken: {reason}" + (f"; kept as {kept.name}" if kept else ""))
        self.path = path
        self.reason = reason
        self.kept = kept


def keep_aside(path: Path) -> Path:
    """Rename to `<name>.broken`, or `.broken.1`, `.broken.2` ... where that is taken; the new path."""
    kept = path.with_name(f"{path.name}.broken")
    number = 0
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.name}.broken.{number}")
    return path.rename(kept)
