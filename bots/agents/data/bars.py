"""Which closed candle of a market comes next: each exactly once, in order, none left out."""

from bots.exchange.klines import CandleRow

LATE_SECONDS = 5.0
"""A bar whose end is this long ago and which no message closed is asked for by REST."""


class Bars:
    """Collects closed bars and gives them out in order.

    Attributes:
        last: opening time of the newest bar given out, None before the first.
    """

    def __init__(self, length: int = 60, last: int | None = None) -> None:
        self.last = last
        self._length = length
        self._closed: dict[int, CandleRow] = {}
        self._newest: int | None = None

    def update(self, row: CandleRow, final: bool) -> None:
        """The state of a bar. Only what the exchange calls final counts: a last state seen need not be it."""
        start = int(row[0])
        if self.last is None:
            self.last = start - self._length
        if self._newest is None or start > self._newest:
            self._newest = start
        if final:
            self.add(row)

    def add(self, row: CandleRow) -> None:
        """A bar that is closed for certain."""
        if self.last is None or int(row[0]) > self.last:
            self._closed[int(row[0])] = row

    def ready(self) -> list[CandleRow]:
        """The bars whose turn has come; each is given out once."""
        rows: list[CandleRow] = []
        while self.last is not None and self.last + self._length in self._closed:
            self.last += self._length
            rows.append(self._closed.pop(self.last))
        return rows

    def missing(self, now: float | None) -> tuple[int, int] | None:
        """[start, end) of the bars that are closed but were not told; None where there are none.

        Args:
            now: the exchange's time; None where its time stands still between two steps.
        """
        if self.last is None:
            return None
        start = end = self.last + self._length
        if self._newest is not None:
            end = max(end, self._newest)
        if now is not None:
            end = max(end, int(now - LATE_SECONDS) // self._length * self._length)
        if self._closed:
            end = min(end, min(self._closed))
        return (start, end) if end > start else None

    def skip(self, end: int) -> None:
        """Give up the bars before `end`: the exchange does not have them."""
        if self.last is not None:
            self.last = max(self.last, end - self._length)
