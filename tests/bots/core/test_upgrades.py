"""A session goes on from the snapshot that an earlier version wrote."""

import json
from pathlib import Path
from typing import Any

import pytest

from bots.core.upgrades import upgraded
from tests.bots.core.make import D, Scripted, candle, engine, feed, tick

FIRST = json.loads(Path(__file__).with_name("snapshot_1.json").read_text())


def test_position_and_exits_of_the_first_version_work_on() -> None:
    made, journal = engine(Scripted())
    made.restore(FIRST)
    assert made.ledger.size("XBTUSD") == D(100)
    assert {order.tag for order in made.broker.working.values()} == {"stop", "target"}
    feed(made, tick("29800", 120))
    (trade,) = journal.trades
    assert (trade["exit_reason"], trade["entry_price"], trade["size"]) == ("stop-loss", 30000.0, 100.0)
    assert not made.broker.working


@pytest.mark.parametrize("version", [None, 0, 3, "2"])
def test_an_unknown_version_is_refused(version: Any) -> None:
    with pytest.raises(ValueError, match="version"):
        upgraded({"version": version})


def test_a_snapshot_of_now_is_left_as_it_is() -> None:
    made, _ = engine(Scripted({0.0: lambda s: s.buy(10)}))
    feed(made, tick("30000", 60), candle(0, "30000"))
    assert upgraded(made.snapshot()) == made.snapshot()
