"""Asking the data agent for past candles."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from bots.feed import protocol
from schema.feed import AgentDown, AgentRefused, PastCandles, candles_request
from schema.home import Home
from tests.answering_agent import AnsweringAgent, Request, answer, rows


def asked(home: Home, seconds: float = 5.0) -> list[Any]:
    """The rows that two requests in a row give."""
    with PastCandles(home.feed_socket("sandbox"), "sandbox", time.monotonic() + seconds) as agent:
        minutes = [row for page in agent.pages("XBTUSD", "1m", 0, 300) for row in page]
        hours = [row for page in agent.pages("XBTUSD", "1h", 0, 7200) for row in page]
    return [minutes, hours]


def in_pages(request: Request) -> Iterator[bytes]:
    """Two pages, with what an agent says besides before and between them."""
    step = {"1m": 60, "1h": 3600}[request["timeframe"]]
    found = rows(request, step)
    yield protocol.status(True, "connected")
    first, second, last = answer(request, found[:2], found[2:])
    yield first[:20]
    yield first[20:] + protocol.error(None, "outside", "about something else")
    yield protocol.result(99, rows=[[0]]) + second + last


def test_the_pages_of_several_requests_come_in_order(home: Home) -> None:
    with AnsweringAgent(home, in_pages) as agent:
        minutes, hours = asked(home)
    assert [row[0] for row in minutes] == [0, 60, 120, 180, 240]
    assert [row[0] for row in hours] == [0, 3600]
    assert [one["timeframe"] for one in agent.requests] == ["1m", "1h"]
    assert agent.requests[0]["rid"] != agent.requests[1]["rid"]


def test_the_request_is_that_of_the_protocol(home: Home) -> None:
    assert protocol.candles_request is candles_request
    assert protocol.decode(candles_request(7, "XBTUSD", "1m", 0, 60)) == {
        "op": "candles",
        "market": "XBTUSD",
        "timeframe": "1m",
        "start": 0,
        "end": 60,
        "rid": 7,
    }


def test_a_refusal_has_the_agents_words(home: Home) -> None:
    def refuse(request: Request) -> list[bytes]:
        return [protocol.error(request["rid"], "refused", "no such market")]

    with AnsweringAgent(home, refuse), pytest.raises(AgentRefused, match="no such market"):
        asked(home)


def test_an_agent_that_is_not_there_is_down(home: Home) -> None:
    with pytest.raises(AgentDown, match="does not run"):
        asked(home)


def test_one_that_says_nothing_is_given_up_in_time(home: Home) -> None:
    with AnsweringAgent(home, lambda request: [protocol.status(True, "slow")] * 5):
        begin = time.monotonic()
        with pytest.raises(AgentDown, match="did not answer in time"):
            asked(home, seconds=0.5)
        assert time.monotonic() - begin < 5


def test_one_that_goes_away_is_down(home: Home) -> None:
    with AnsweringAgent(home, lambda request: [b""]), pytest.raises(AgentDown, match="went away"):
        asked(home)


@pytest.mark.parametrize("hello", [protocol.hello("bybit", "a", False), b"[]\n", b"nonsense\n"])
def test_prices_of_another_exchange_are_never_taken(home: Home, hello: bytes) -> None:
    with (
        AnsweringAgent(home, in_pages, hello=hello) as agent,
        pytest.raises(AgentDown, match="not the data agent of sandbox"),
    ):
        asked(home)
    assert agent.requests == []
