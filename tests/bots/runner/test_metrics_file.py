"""The metrics file of a live session: kept up from its files, the same after a restart."""

import time
from pathlib import Path
from typing import Any

import pytest

from bots.core.metrics import metrics
from bots.runner.metrics_file import MARKET, MetricsFile
from schema.files.equity import EquityWriter
from schema.files.metrics import read_metrics
from schema.files.trades import TradesWriter
from schema.home import Home
from schema.spec import LaunchSpec
from tests.bots.core.metrics.books import DAY, curve_of, trade

ID = "01HF7YAT000000000000000000"
CURVE = curve_of([1.1, 1.05, 1.2, 1.15])
TRADES = [trade(5, entry=DAY, exit_=DAY + 60), trade(-3, "SHORT", entry=2 * DAY, exit_=2 * DAY + 5, id=2)]


class Session:
    """A session's files as its journal writes them."""

    def __init__(self, root: Path, market: str = "XBTUSD") -> None:
        self.home = Home.at(str(root)).ensure()
        self.spec = LaunchSpec(
            kind="session", id=ID, run=2, home=str(root), type="test", market=market, exchange="sandbox"
        )
        self.file = self.starts()

    def starts(self) -> MetricsFile:
        return MetricsFile(self.home, self.spec, 1.0)

    def trade(self, *trades: dict[str, Any]) -> None:
        with TradesWriter(self.home.trades(ID)) as writer:
            writer.extend(trades)

    def sample(self, *rows: tuple[float, float, float]) -> None:
        with EquityWriter(self.home.equity(ID), ID, "sandbox", "XBTUSD", "BTC", 1.0) as writer:
            for row in rows:
                writer.append(*row)

    def counters(self, trades: int, **changes: Any) -> dict[str, Any]:
        told = {"trade_count": trades, "starting_balance": 1.0, "last_price": 100.0, "market_time": 5.0 * DAY}
        return told | changes

    def written(self) -> dict[str, Any]:
        return read_metrics(self.home.metrics(ID)) or {}


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path)


def test_it_holds_the_figures_of_all_that_was_written(session: Session) -> None:
    session.sample(*CURVE.rows()[:2])
    session.trade(TRADES[0])
    session.file.refresh(session.counters(1, last_price=None))
    assert session.written()["end_equity"] == 1.05
    session.trade(TRADES[1])
    session.sample(*CURVE.rows()[2:])
    session.file.refresh(session.counters(2, last_price=None), final=True)
    expected = metrics(TRADES, CURVE, 1.0)
    assert {key: session.written()[key] for key in expected} == expected
    assert session.written()["run"] == 2


def test_a_session_that_starts_again_gets_the_same_figures(session: Session) -> None:
    session.sample(*CURVE.rows())
    session.trade(*TRADES)
    for day, price in enumerate((90.0, 100.0, 95.0, 97.0), 1):
        session.file.refresh(session.counters(2, last_price=price, market_time=DAY * day + 5.0), final=True)
    before = session.written()
    assert before["beta"] is not None
    session.starts().refresh(session.counters(2, last_price=97.0, market_time=DAY * 4 + 6.0), final=True)
    assert session.written() == before | {"market_time": DAY * 4 + 6.0}


def test_it_is_written_for_trades_at_once_and_for_samples_once_a_minute(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    session.file.refresh(session.counters(0))
    session.sample(*CURVE.rows())
    session.file.refresh(session.counters(0))
    assert session.written()["end_equity"] == 1.0
    now += 60
    session.file.refresh(session.counters(0))
    assert session.written()["end_equity"] == 1.15
    session.trade(*TRADES)
    session.file.refresh(session.counters(2))
    assert session.written()["fees"] == 0.04


def test_rows_that_are_no_trades_are_left_out_and_told(session: Session) -> None:
    session.trade(TRADES[0], {"id": 2, "note": "by hand"}, TRADES[1])
    session.file.refresh(session.counters(3), final=True)
    assert session.written()["fees"] == 0.04
    assert "entry_time is None" in session.written()["notes"][0]


def test_a_pair_waits_for_its_balance_in_dollars(tmp_path: Path) -> None:
    pair = Session(tmp_path, "XBTUSD+ETHUSD")
    pair.file.refresh(pair.counters(0, starting_balance=0.0), final=True)
    assert pair.written()["start_equity"] == 1.0
    pair.sample((DAY, 81_000.0, 0.0))
    pair.file.refresh(pair.counters(0, starting_balance=80_000.0), final=True)
    assert pair.written()["total_return"] == 1.25
    assert MARKET not in pair.written()


def test_a_broken_old_file_is_no_trouble(session: Session) -> None:
    session.home.metrics(ID).write_text("{")
    session.file.refresh(session.counters(0), final=True)
    assert session.written()["trade_count"] == 0
