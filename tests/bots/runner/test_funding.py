"""Funding of a live session, asked of an agent on a real socket that tells rates at once, late or never."""

import threading
from collections.abc import Iterator
from decimal import Decimal

import pytest

from bots.feed import protocol
from bots.feed.client import FeedClient
from bots.runner.funding import FundingClock
from schema.home import Home
from tests.bots.feed.scripted_agent import ScriptedAgent

STAMP = 1_689_753_600  # 2023-07-19, 08:00 UTC
PRICE = Decimal(30_000)


class Agent:
    """Answers funding requests from `rates`, whatever range is asked for; `asked` counts them."""

    def __init__(self, home: Home) -> None:
        self.rates: dict[int, str] = {}
        self.asked = 0
        self.ending = ScriptedAgent(home.feed_socket("sandbox"))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        self.ending.accept()
        try:
            while True:
                request = self.ending.hear()
                if request["op"] == "market":
                    self.ending.say(protocol.result(request["rid"], funding_interval=480))
                else:
                    self.asked += 1
                    rows = [
                        r for r in sorted(self.rates.items()) if request["start"] <= r[0] < request["end"]
                    ]
                    self.ending.say(protocol.result(request["rid"], rows=rows))
        except (AssertionError, OSError):
            return

    def close(self) -> None:
        self._thread.join(5)
        self.ending.close()


@pytest.fixture
def agent(home: Home) -> Iterator[Agent]:
    agent = Agent(home)
    yield agent
    agent.close()


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def clock(agent: Agent, home: Home, warnings: list[str]) -> Iterator[FundingClock]:
    feed = FeedClient(home.feed_socket("sandbox"))
    feed.connect()
    yield FundingClock(feed, warnings.append, lambda: None)
    feed.close()


def passed(clock: FundingClock, ts: float, *, is_open: bool = True) -> list[tuple[float, Decimal]]:
    return [(f.ts, f.rate) for f in clock.passed("XBTUSD", ts, PRICE, is_open=is_open)]


def test_a_stamp_is_told_once_with_its_rate(clock: FundingClock, agent: Agent) -> None:
    agent.rates = {STAMP: "0.0001"}
    assert passed(clock, STAMP - 1) == []
    assert passed(clock, STAMP) == [(STAMP, Decimal("0.0001"))]
    assert passed(clock, STAMP + 1) == []


def test_hours_between_stamps_ask_nobody(clock: FundingClock, agent: Agent) -> None:
    for hour in range(-7, 0):
        assert passed(clock, STAMP + hour * 3600) == []
    assert agent.asked == 0


def test_without_a_position_no_stamp_matters(clock: FundingClock, agent: Agent) -> None:
    agent.rates = {STAMP: "0.0001"}
    passed(clock, STAMP - 1)
    assert passed(clock, STAMP + 5, is_open=False) == []
    assert passed(clock, STAMP + 10) == []
    assert agent.asked == 0


def test_a_rate_that_comes_late_is_asked_for_again_and_booked(clock: FundingClock, agent: Agent) -> None:
    passed(clock, STAMP - 1)
    assert passed(clock, STAMP) == []
    agent.rates = {STAMP: "-0.0002"}
    assert passed(clock, STAMP + 10) == []
    assert passed(clock, STAMP + 31) == [(STAMP, Decimal("-0.0002"))]
    assert agent.asked == 2


def test_a_rate_that_nobody_tells_counts_0_and_that_is_said(
    clock: FundingClock, agent: Agent, warnings: list[str]
) -> None:
    passed(clock, STAMP - 1)
    assert passed(clock, STAMP + 901) == []
    assert "counts 0" in warnings[0]
    assert passed(clock, STAMP + 2000) == []
    assert agent.asked == 1


def test_stamps_over_which_a_session_was_stopped_are_booked_when_it_goes_on(
    clock: FundingClock, agent: Agent
) -> None:
    agent.rates = {STAMP: "0.0001", STAMP + 28_800: "0.0003"}
    clock.begin("XBTUSD", STAMP - 100)
    assert passed(clock, STAMP + 30_000) == [(STAMP, Decimal("0.0001")), (STAMP + 28_800, Decimal("0.0003"))]
