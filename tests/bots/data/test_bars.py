"""Closed candles: each once, in order, none left out."""

from bots.agents.data.bars import Bars
from bots.exchange.klines import CandleRow


def row(start: int, close: str = "1") -> CandleRow:
    return [start, "1", "1", "1", close, "1"]


def starts(rows: list[CandleRow]) -> list[int]:
    return [int(bar[0]) for bar in rows]


def test_a_bar_counts_when_the_exchange_calls_it_final() -> None:
    bars = Bars()
    bars.update(row(600, "1"), False)
    bars.update(row(600, "2"), False)
    assert bars.ready() == []
    bars.update(row(600, "3"), True)
    assert bars.ready() == [row(600, "3")]
    assert bars.ready() == []


def test_the_last_state_seen_of_a_bar_is_not_taken_for_the_final_one() -> None:
    bars = Bars()
    bars.update(row(600), False)
    bars.update(row(660), False)
    assert bars.ready() == []
    assert bars.missing(None) == (600, 660)


def test_later_bars_wait_for_the_missing_one() -> None:
    bars = Bars()
    bars.update(row(600), True)
    assert starts(bars.ready()) == [600]
    bars.update(row(720), True)
    assert bars.ready() == []
    assert bars.missing(None) == (660, 720)
    bars.add(row(660))
    assert starts(bars.ready()) == [660, 720]
    assert bars.missing(None) is None


def test_a_bar_that_comes_twice_counts_once() -> None:
    bars = Bars()
    bars.update(row(600), True)
    bars.ready()
    bars.update(row(600), True)
    bars.add(row(600))
    assert bars.ready() == []


def test_a_bar_that_nobody_closed_is_missing_five_seconds_after_its_end() -> None:
    bars = Bars()
    bars.update(row(600), False)
    assert bars.missing(664.9) is None
    assert bars.missing(665.0) == (600, 660)


def test_what_the_exchange_does_not_have_is_left_out_in_the_end() -> None:
    bars = Bars(last=540)
    bars.update(row(720), True)
    bars.skip(720)
    assert starts(bars.ready()) == [720]
