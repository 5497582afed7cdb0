"""Which trades and quotes of a day are stored already, so that none is stored twice: also after a restart."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from schema.archive import parquet
from schema.archive.parquet import Part

Hashes = NDArray[np.uint64]
_Identity = tuple[str, int, int | None]
_DAYS = 2  # kept in memory: around midnight rows of two days come


class SeenKeys:
    """Hashes of the keys of a few days, 8 bytes each: a day of a million trades takes 8 MB.

    Two different keys of a day with the same 64 bits are as likely as 1 in 30 million for a million trades.
    """

    def __init__(self) -> None:
        self._days: dict[str, Hashes] = {}
        self._files: dict[str, set[_Identity]] = {}

    def load(self, day: str, files: Sequence[Part]) -> None:
        """Take in the keys of a day's files that are new or were replaced since the last time.

        Raises BrokenFile, and has taken in nothing then.
        """
        known = self._files.get(day, set())
        new = {_identity(part): part for part in files if _identity(part) not in known}
        parts = [hashes_of(parquet.read(path, ("key",), group)["key"]) for path, group in new.values()]
        before = self._days.pop(day, np.empty(0, dtype=np.uint64))  # put in again as the newest day
        self._days[day] = np.unique(np.concatenate([before, *parts])) if parts else before
        self._files[day] = known | new.keys()
        for old in list(self._days)[:-_DAYS]:
            del self._days[old], self._files[old]

    def fresh(self, day: str, keys: Sequence[str]) -> "NDArray[np.bool_]":
        """Mask of the keys that are not stored; of equal ones among them only the first."""
        hashes = hashes_of(keys)
        first = np.zeros(len(hashes), dtype=bool)
        first[np.unique(hashes, return_index=True)[1]] = True
        mask: NDArray[np.bool_] = first & ~np.isin(hashes, self._days[day])
        return mask

    def stored(self, day: str, path: Path, keys: Sequence[str]) -> None:
        """Remember what was just written; `keys` may be empty where a file only gathers what others held."""
        self._days[day] = np.union1d(self._days[day], hashes_of(keys))
        self._files[day].add(_identity(Part(path)))


def _identity(part: Part) -> _Identity:
    return part.path.name, part.path.stat().st_mtime_ns, part.group


def hashes_of(keys: Sequence[str]) -> Hashes:
    digests = (hashlib.blake2b(key.encode(), digest_size=8).digest() for key in keys)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)
