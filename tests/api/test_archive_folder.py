"""`archive_folder` of sessions: where a scraper's data of the day lie."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from schema.states import Event
from tests.api.steps import Steps

JANUARY = datetime(2024, 1, 22, 23, 59, 59, tzinfo=UTC).timestamp()


def scraper(steps: Steps, market: str = "XBTUSD") -> str:
    return steps.started(type="scraper", strategy="MarketScraper", market=market).id


def shown(steps: Steps, id: str) -> Any:
    """In the details, which are as in the list."""
    listed = {one["id"]: one for one in steps.client.get("/sessions").get_json()["sessions"]}
    detail = steps.session(id)
    assert listed[id]["archive_folder"] == detail["archive_folder"]
    return detail["archive_folder"]


def test_it_is_the_folder_of_today_until_the_market_has_told_its_time(both: Steps) -> None:
    id = scraper(both)
    before = datetime.now(UTC).date()
    assert shown(both, id) in {f"archive/xbtusd/{day}/" for day in (before, datetime.now(UTC).date())}


def test_a_market_whose_clock_runs_otherwise_has_its_own_day(both: Steps) -> None:
    id = scraper(both)
    both.beat(id, run=1, market_time=JANUARY, data_points=5)
    assert shown(both, id) == "archive/xbtusd/2024-01-22/"
    both.beat(id, run=1, market_time=JANUARY + 1, data_points=6)
    assert shown(both, id) == "archive/xbtusd/2024-01-23/"


def test_one_that_ended_keeps_its_last_day(both: Steps) -> None:
    id = scraper(both, "ETHUSD")
    both.beat(id, run=1, market_time=JANUARY)
    both.move(id, Event.STOP)
    assert shown(both, id) == "archive/ethusd/2024-01-22/"


def test_symbols_get_the_name_of_their_folder(steps: Steps) -> None:
    id = scraper(steps, "DOGE/USDT:USDT")
    steps.beat(id, run=1, market_time=JANUARY)
    assert shown(steps, id) == "archive/doge-usdt-usdt/2024-01-22/"


def test_a_time_that_is_none_has_no_folder(steps: Steps) -> None:
    id = scraper(steps)
    for moment in (1e300, -5.0):
        steps.beat(id, run=1, market_time=moment)
        assert shown(steps, id) is None


@pytest.mark.parametrize("kind", ["created", "test", "backtest"])
def test_others_have_none(steps: Steps, kind: str) -> None:
    if kind == "created":
        id = steps.make(type="scraper", strategy="MarketScraper")
    else:
        id = steps.started().id if kind == "test" else steps.backtest()
    if kind == "test":
        steps.beat(id, run=1, market_time=time.time())
    assert shown(steps, id) is None
