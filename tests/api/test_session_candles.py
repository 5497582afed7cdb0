"""GET /sessions/<id>/candles"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import TestResponse

from api.past_candles import MOST_ASKED, newest
from bots.feed import protocol
from schema.archive.writer import CandleArchive
from schema.db.models import sessions as table
from schema.files.equity import EquityWriter
from schema.states import Event
from schema.timeframes import TIMEFRAMES
from tests.answering_agent import AnsweringAgent, Request, answer, rows
from tests.api.daemons import ScriptedDaemon, refusal
from tests.api.steps import UNKNOWN, Steps, error, fields

START = 1_705_000_200
JANUARY = int(datetime(2024, 1, 22, 12, tzinfo=UTC).timestamp())
Get = Callable[..., dict[str, Any]]


def ask(steps: Steps, id: str, **query: Any) -> TestResponse:
    return steps.client.get(f"/sessions/{id}/candles", query_string=query)


def get(steps: Steps, id: str, **query: Any) -> dict[str, Any]:
    answered = ask(steps, id, **query)
    assert answered.status_code == 200, answered.text
    found: dict[str, Any] = answered.get_json()
    stamps = [one["timestamp"] for one in found["candles"]]
    assert stamps == sorted(set(stamps))
    return found


def record(steps: Steps, market: str, start: int, end: int, timeframe: str = "1m", price: float = 7) -> None:
    step = TIMEFRAMES[timeframe]
    bars = [[ts, price, price + 1, price - 1, price, 1.0] for ts in range(start, end, step)]
    CandleArchive(steps.services.home.archive).write("sandbox", market, bars, timeframe)


def all_there(request: Request) -> list[bytes]:
    """An exchange that has every bar which has closed by the wall clock."""
    step = TIMEFRAMES[request["timeframe"]]
    found = rows(request, step, until=time.time() - step)
    return answer(request, *(found[at : at + 1000] for at in range(0, len(found), 1000)))


def live(steps: Steps, seconds: int, **changes: Any) -> str:
    """A session that has been running for so long."""
    id = steps.started(**changes).id
    with steps.services.engine.begin() as connection:
        connection.execute(table.update().where(table.c.id == id).values(started_at=time.time() - seconds))
    return id


def test_a_backtest_has_its_range_from_the_archive(both: Steps) -> None:
    id = both.make(type="backtest", range_start=START, range_end=START + 6_000)
    record(both, "XBTUSD", START - 600, START + 9_000)
    found = get(both, id)
    assert (found["session"], found["market"], found["exchange"]) == (id, "XBTUSD", "sandbox")
    assert (found["timeframe"], found["start"], found["end"]) == ("1m", START, START + 6_000)
    assert (found["total"], found["merged"], len(found["candles"])) == (100, 1, 100)
    assert (found["complete"], found["reason"]) == (True, None)


def test_bars_are_as_long_as_it_takes_to_show_everything(steps: Steps) -> None:
    id = steps.make(type="backtest", range_start=START, range_end=START + 86_400)
    record(steps, "XBTUSD", START // 3600 * 3600, START + 90_000)
    assert get(steps, id)["timeframe"] == "3m"
    assert get(steps, id, points=5000)["timeframe"] == "1m"
    few = get(steps, id, points=30)
    assert (few["timeframe"], len(few["candles"])) == ("1h", 25)
    merged = get(steps, id, points=100, timeframe="1m")
    assert (merged["timeframe"], merged["total"], merged["merged"]) == ("1m", 1440, 15)
    assert len(merged["candles"]) == 96


def test_a_sessions_own_bars_are_the_shortest(steps: Steps) -> None:
    id = steps.make(
        type="backtest", range_start=START, range_end=START + 6_000, settings={"timeframe": "15m"}
    )
    assert get(steps, id)["timeframe"] == "15m"
    assert get(steps, id, timeframe="5m")["timeframe"] == "5m"


def test_a_live_session_shows_its_life_and_some_bars_before_it(both: Steps) -> None:
    id = live(both, 3_600)
    with AnsweringAgent(both.services.home, all_there):
        found = get(both, id)
    now = time.time()
    assert (found["timeframe"], found["complete"], found["reason"]) == ("1m", True, None)
    assert abs(found["start"] - (now - 3_600 - 100 * 60)) < 120
    newest_one = found["candles"][-1]["timestamp"]
    assert now - 130 < newest_one < now
    assert 155 <= len(found["candles"]) <= 162
    assert found["candles"][0]["high"] == found["candles"][0]["open"] + 2


def test_only_what_is_not_recorded_is_asked_for(steps: Steps) -> None:
    id = live(steps, 3_600)
    now = int(time.time())
    record(steps, "XBTUSD", (now - 4 * 3_600) // 60 * 60, (now - 1_800) // 60 * 60)
    with AnsweringAgent(steps.services.home, all_there) as agent:
        found = get(steps, id)
    assert [one["start"] for one in agent.requests] == [(now - 1_800) // 60 * 60]
    assert found["complete"] is True
    assert {one["close"] for one in found["candles"][:100]} == {7}


def test_a_bar_that_is_not_over_is_made_of_its_minutes(steps: Steps) -> None:
    id = live(steps, 40 * 86_400)
    with AnsweringAgent(steps.services.home, all_there) as agent:
        found = get(steps, id, timeframe="1d", points=100)
    now = int(time.time())
    assert found["complete"] is True
    today = now // 86_400 * 86_400
    assert agent.requests[0]["timeframe"] == "1d"
    if now - today > 120:
        assert found["candles"][-1]["timestamp"] == today
        assert [one["timeframe"] for one in agent.requests] == ["1d", "1m"]
        assert (agent.requests[1]["start"], found["candles"][-1]["open"]) == (today, today % 1000 + 10)


def test_a_market_with_a_clock_of_its_own_is_shown_by_that(steps: Steps) -> None:
    id = steps.started().id
    with EquityWriter(steps.services.home.equity(id), id, "sandbox", "XBTUSD", "BTC", 1) as curve:
        curve.append(JANUARY - 7_200 + 0.5, 1, 0)
        curve.append(JANUARY, 1, 0)
    steps.beat(id, run=1, market_time=float(JANUARY))
    with AnsweringAgent(steps.services.home, all_there):
        found = get(steps, id)
        assert found["start"] == JANUARY - 7_200 - 100 * 60
        assert JANUARY <= found["end"] < JANUARY + 60
        assert found["complete"] is True
        steps.move(id, Event.STOP)
        assert get(steps, id)["end"] == JANUARY


def test_an_earlier_run_is_part_of_the_life(steps: Steps) -> None:
    id = live(steps, 60)
    began = int(time.time()) - 86_400
    with EquityWriter(steps.services.home.equity(id), id, "sandbox", "XBTUSD", "BTC", 1) as curve:
        curve.append(began, 1, 0)
    with AnsweringAgent(steps.services.home, all_there):
        found = get(steps, id)
    assert began - 100 * TIMEFRAMES[found["timeframe"]] - 900 < found["start"] < began


def test_what_has_not_begun_shows_the_market_before_it(steps: Steps) -> None:
    id = steps.make()
    with AnsweringAgent(steps.services.home, all_there):
        found = get(steps, id)
    assert (found["complete"], 98 <= len(found["candles"]) <= 102) == (True, True)


def test_without_an_agent_or_a_daemon_it_is_what_the_archive_has(steps: Steps) -> None:
    id = live(steps, 3_600)
    now = int(time.time())
    record(steps, "XBTUSD", (now - 7_200) // 60 * 60, (now - 1_800) // 60 * 60)
    begin = time.monotonic()
    found = get(steps, id)
    assert time.monotonic() - begin < 5
    assert (found["complete"], len(found["candles"])) == (False, 90)
    assert "candles of XBTUSD on sandbox are missing between" in found["reason"]
    assert "the supervisor is not running" in found["reason"]


def test_the_daemon_is_asked_for_an_agent_that_does_not_run(steps: Steps) -> None:
    id = live(steps, 3_600)
    with ScriptedDaemon(steps.services.home, {"ensure_agent": refusal("agent_down", "no way")}) as daemon:
        found = get(steps, id)
    assert daemon.requests == [{"op": "ensure_agent", "name": "data-sandbox"}]
    assert "no way" in found["reason"]


def test_an_agent_that_is_silent_holds_nobody_up(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.past_candles.SECONDS", 0.5)
    id = live(steps, 3_600)
    with AnsweringAgent(steps.services.home, lambda request: []) as agent:
        begin = time.monotonic()
        found = get(steps, id)
        assert "did not answer in time" in found["reason"]
        assert get(steps, id)["reason"] == found["reason"]
        assert time.monotonic() - begin < 5
    assert len(agent.requests) == 1  # left alone for a while


def test_what_came_before_it_failed_is_shown(steps: Steps) -> None:
    def half(request: Request) -> list[bytes]:
        return [*answer(request, rows(request, 60)[:50])[:1], b""]

    id = live(steps, 3_600)
    with AnsweringAgent(steps.services.home, half):
        found = get(steps, id)
    assert (found["complete"], len(found["candles"])) == (False, 50)
    assert "went away" in found["reason"]


def test_a_refusal_of_the_exchange_is_told(steps: Steps) -> None:
    def refuse(request: Request) -> list[bytes]:
        return [protocol.error(request["rid"], "refused", "not allowed from here")]

    id = live(steps, 3_600)
    with AnsweringAgent(steps.services.home, refuse):
        assert "not allowed from here" in get(steps, id)["reason"]


def test_a_closed_exchange_is_not_asked(steps: Steps) -> None:
    id = steps.backtest(exchange="bitmex")
    found = get(steps, id)
    assert (found["candles"], found["complete"], found["exchange"]) == ([], False, "bitmex")
    assert "bitmex closed on 2026-09-23" in found["reason"]


def test_origins_never_mix(steps: Steps) -> None:
    id = steps.make(type="backtest", exchange="bybit", range_start=START, range_end=START + 600)
    record(steps, "XBTUSD", START, START + 600)
    hello = protocol.hello("sandbox", "a", False)
    with AnsweringAgent(steps.services.home, all_there, "bybit", hello):
        found = get(steps, id)
    assert (found["exchange"], found["candles"], found["complete"]) == ("bybit", [], False)


def test_bars_of_a_real_exchange_are_asked_for_once(steps: Steps) -> None:
    id = steps.make(type="backtest", exchange="bybit", range_start=START, range_end=START + 600)
    with AnsweringAgent(steps.services.home, all_there, "bybit") as agent:
        first, again = get(steps, id), get(steps, id)
    assert first["complete"] is True
    assert first["candles"] == again["candles"]
    assert len(agent.requests) == 1


def test_a_pair_shows_either_of_its_markets(steps: Steps) -> None:
    id = steps.make(
        strategy="PairTradeBot",
        market="XBTUSD+ETHUSD",
        type="backtest",
        range_start=START,
        range_end=START + 600,
    )
    record(steps, "XBTUSD", START, START + 600)
    record(steps, "ETHUSD", START, START + 600, price=3)
    assert (get(steps, id)["market"], get(steps, id)["candles"][0]["close"]) == ("XBTUSD", 7)
    other = get(steps, id, market="ETH/USD:ETH")
    assert (other["market"], other["candles"][0]["close"]) == ("ETHUSD", 3)
    assert "XBTUSD and ETHUSD" in fields(ask(steps, id, market="SOLUSD"))["market"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"points": 0}, "points"),
        ({"points": 5_001}, "points"),
        ({"timeframe": "7m"}, "timeframe"),
        ({"start": START + 60, "end": START}, "end"),
        ({"start": START + 86_400}, "start"),
        ({"start": 0, "end": 4_000_000_000, "timeframe": "1m"}, "start"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_parameters_are_named(steps: Steps, query: dict[str, Any], field: str) -> None:
    id = steps.make(type="backtest", range_start=START, range_end=START + 600)
    assert field in fields(ask(steps, id, **query))


def test_an_unknown_session_has_none(steps: Steps) -> None:
    assert error(ask(steps, UNKNOWN)) == (404, "not_found")


def test_the_newest_bars_are_asked_for_first_in_pages() -> None:
    assert newest([(0, 60), (120, 180), (600_000, 600_060)], 60) == [(0, 180), (600_000, 600_060)]
    end = 60 * (MOST_ASKED + 7)
    assert newest([(0, end)], 60) == [(7 * 60, end)]
    far = 60 * 2 * MOST_ASKED
    assert newest([(0, 600), (far, far + 60 * MOST_ASKED)], 60) == [(far, far + 60 * MOST_ASKED)]


def test_too_many_that_are_missing_are_told(steps: Steps) -> None:
    id = steps.make(type="backtest", range_start=START, range_end=START + 60 * (MOST_ASKED + 10))
    with AnsweringAgent(steps.services.home, all_there):
        found = get(steps, id, timeframe="1m")
    assert (found["total"], found["complete"]) == (MOST_ASKED, False)
    assert "more than 5,000 bars are not recorded" in found["reason"]
