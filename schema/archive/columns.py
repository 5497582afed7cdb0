"""Columns of numbers that are filled file by file: beside them only one file at a time is in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]


class Columns:
    """Rows one after another, in arrays that are made once.

    Args:
        names: of the columns.
        room: how many rows there may come. Pages of an array that are never written to take no memory, so it
            may be far too large; where it is too small the arrays grow.
    """

    def __init__(self, names: Sequence[str], room: int) -> None:
        self._names, self._room = names, max(room, 1)
        self._columns: dict[str, Column] = {}
        self._rows = 0

    def __len__(self) -> int:
        return self._rows

    def append(self, rows: Mapping[str, Sequence[Column]], keep: Column | None = None) -> None:
        """Copy further rows, each column in pieces; of them only those that `keep`, a mask, is true for."""
        count = sum(map(len, rows[self._names[0]])) if keep is None else int(np.count_nonzero(keep))
        if not count:
            return
        for name in self._names:
            pieces = rows[name]
            if keep is not None:
                pieces = [np.concatenate(pieces)[keep]]
            column, row = self._made(name, count, pieces), self._rows
            for piece in pieces:
                column[row : row + len(piece)] = piece
                row += len(piece)
        self._rows += count

    def taken(self) -> dict[str, Column]:
        """The columns as far as they are filled; empty where nothing was appended."""
        return {name: column[: self._rows] for name, column in self._columns.items()}

    def _made(self, name: str, more: int, pieces: Sequence[Column]) -> Column:
        """The column, with room for `more` rows of that kind."""
        known = self._columns.get(name)
        kind = np.result_type(*pieces) if known is None else np.result_type(known, *pieces)
        if known is None or known.dtype != kind or len(known) < self._rows + more:
            # Twice as much as is there, so that what grows is not copied for each file again.
            room = max(self._room, self._rows + more, 0 if known is None else 2 * self._rows)
            column = np.empty(room, dtype=kind)
            if known is not None:
                column[: self._rows] = known[: self._rows]
            self._columns[name] = known = column
        return known
