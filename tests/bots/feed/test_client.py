"""The client over a real socket, against an agent that says what the test wants."""

import select
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bots.core.events import Candle, Tick
from bots.feed import protocol
from bots.feed.client import FeedClient
from bots.feed.errors import FeedDown, FeedError, FeedRefused
from bots.feed.events import FeedEvent, FeedGap, FeedStatus, Quote, ReplayEnd
from schema.home import Home
from tests.bots.feed.scripted_agent import ScriptedAgent


@pytest.fixture
def path(home: Home) -> Path:
    return home.feed_socket("sandbox")


@pytest.fixture
def agent(path: Path) -> Iterator[ScriptedAgent]:
    scripted = ScriptedAgent(path)
    yield scripted
    scripted.close()


@pytest.fixture
def client(path: Path, agent: ScriptedAgent) -> Iterator[FeedClient]:
    """Greeted, and following XBTUSD."""
    feed = FeedClient(path)
    accepting = threading.Thread(target=agent.accept)
    accepting.start()
    feed.connect()
    accepting.join()
    feed.subscribe(["XBTUSD"])
    assert agent.hear()["from"] == {"XBTUSD": {"trade": None, "candle": None}}
    yield feed
    feed.close()


def row(number: int) -> list[object]:
    return [
        1_700_000_000.0 + number,
        f"{100 + number}.5",
        "10",
        "Buy",
        f"{100 + number}.4",
        f"{100 + number}.5",
    ]


def trades(first: int, count: int = 1) -> bytes:
    return protocol.trades("XBTUSD", first, [row(number) for number in range(first, first + count)])


def candle(minute: int) -> bytes:
    return protocol.candle("XBTUSD", minute, "1m", [minute * 60, "1", "2", "0.5", "1.5", "3"])


def read(client: FeedClient, enough: Callable[[list[FeedEvent]], object]) -> list[FeedEvent]:
    events: list[FeedEvent] = []
    deadline = time.monotonic() + 5
    while not enough(events):
        assert time.monotonic() < deadline, events
        due = client.timeout()
        waits = [client.fileno()] if client.fileno() >= 0 else []
        select.select(waits, [], [], 0.02 if due is None else min(due, 0.02))
        events += client.read_events()
    return events


def prices(events: list[FeedEvent]) -> list[Decimal]:
    return [event.price for event in events if isinstance(event, Tick)]


def test_trades_candles_and_quotes_become_events_in_their_order(
    client: FeedClient, agent: ScriptedAgent
) -> None:
    agent.say(trades(1, 2), candle(1), protocol.quote("XBTUSD", 5.0, "99.5", "1", "100", "2"))
    first, second, third, fourth = read(client, lambda events: len(events) == 4)
    price, size, bid = Decimal("101.5"), Decimal(10), Decimal("101.4")
    assert first == Tick("XBTUSD", 1_700_000_001.0, price, size, "Buy", bid, price)
    assert isinstance(second, Tick)
    assert third == Candle(60.0, Decimal(1), Decimal(2), Decimal("0.5"), Decimal("1.5"), Decimal(3), "XBTUSD")
    assert fourth == Quote("XBTUSD", 5.0, Decimal("99.5"), Decimal(1), Decimal(100), Decimal(2))


def test_a_message_that_comes_in_pieces_is_one_message(client: FeedClient, agent: ScriptedAgent) -> None:
    line = trades(1, 3)
    agent.say(line[:20])
    assert client.read_events() == []
    agent.say(line[20:])
    assert len(prices(read(client, prices))) == 3


def test_a_gap_is_fetched_and_everything_behind_it_waits(client: FeedClient, agent: ScriptedAgent) -> None:
    agent.say(trades(1), trades(4), candle(1))
    events = read(client, prices)
    request = agent.hear()
    assert (request["op"], request["from"], request["to"]) == ("trades", 2, 3)
    agent.say(trades(5))
    agent.say(protocol.result(request["rid"], n=2, rows=[row(2), row(3)]))
    events += read(client, lambda more: len(prices(more)) == 4)
    assert prices(events) == [Decimal(f"{100 + number}.5") for number in (1, 2, 3, 4, 5)]
    assert isinstance(events[-2], Candle)  # between trades 4 and 5, where it was said


def test_trades_that_nobody_has_any_more_are_told_as_lost(client: FeedClient, agent: ScriptedAgent) -> None:
    agent.say(trades(1), trades(9))
    read(client, prices)
    agent.say(protocol.error(agent.hear()["rid"], "gone", "held no more"))
    gap, tick = read(client, lambda events: len(events) == 2)
    assert isinstance(gap, FeedGap)
    assert gap.missing == 7
    assert isinstance(tick, Tick)


def test_a_repeated_trade_is_handed_on_once(client: FeedClient, agent: ScriptedAgent) -> None:
    agent.say(trades(1, 3), trades(2, 3), candle(1))
    assert len(prices(read(client, lambda events: any(isinstance(event, Candle) for event in events)))) == 4


def test_a_missing_candle_is_fetched_before_the_next_one(client: FeedClient, agent: ScriptedAgent) -> None:
    agent.say(candle(1), candle(4))
    read(client, lambda events: events)
    request = agent.hear()
    assert (request["op"], request["start"], request["end"]) == ("candles", 120, 240)
    agent.say(protocol.result(request["rid"], rows=[[120, "1", "1", "1", "1", "1"]], more=True))
    agent.say(protocol.result(request["rid"], rows=[[180, "1", "1", "1", "1", "1"]]))
    events = read(client, lambda events: len(events) == 3)
    assert [event.ts for event in events if isinstance(event, Candle)] == [120, 180, 240]


def test_after_a_loss_it_connects_again_and_goes_on_where_it_was(
    client: FeedClient, agent: ScriptedAgent
) -> None:
    agent.say(trades(1, 5), candle(1))
    read(client, lambda events: len(events) == 6)
    agent.hang_up()
    [lost] = read(client, lambda events: events)
    assert lost == FeedStatus(False, "the data agent closed the connection")
    assert client.fileno() == -1
    accepting = threading.Thread(target=agent.accept)
    accepting.start()
    read(client, lambda _: client.fileno() >= 0)
    accepting.join()
    client.connect()
    assert agent.hear()["from"] == {"XBTUSD": {"trade": 5, "candle": 60.0}}


def test_an_agent_started_anew_counts_anew_and_the_loss_is_told(path: Path, agent: ScriptedAgent) -> None:
    feed = FeedClient(path)
    feed.subscribe(["XBTUSD"], resume={"epoch": "old", "markets": {"XBTUSD": {"trade": 77, "candle": 600.0}}})
    accepting = threading.Thread(target=agent.accept, args=("new",))
    accepting.start()
    feed.connect()
    accepting.join()
    assert agent.hear()["from"] == {"XBTUSD": {"trade": None, "candle": 600.0}}
    [gap] = feed.read_events()
    assert isinstance(gap, FeedGap)
    assert gap.missing is None
    feed.close()


def test_an_acknowledgement_waits_until_the_events_were_read(
    client: FeedClient, agent: ScriptedAgent
) -> None:
    agent.say(trades(1), protocol.step(1, 10.0, False))
    client.ack()
    read(client, prices)
    client.ack()
    client.ack()
    agent.say(trades(2), protocol.step(2, 11.0, True))
    events = read(client, lambda events: len(events) == 2)
    assert isinstance(events[-1], ReplayEnd)
    client.ack()
    assert [agent.hear()["n"], agent.hear()["n"]] == [1, 2]


def test_a_request_hands_out_pages_and_keeps_the_events_between_them(
    client: FeedClient, agent: ScriptedAgent
) -> None:
    def answer() -> None:
        rid = agent.hear()["rid"]
        agent.say(protocol.result(rid, rows=[[60, "1", "1", "1", "1", "1"]], more=True), trades(1))
        agent.say(protocol.result(rid, rows=[]))

    answering = threading.Thread(target=answer)
    answering.start()
    pages = list(client.candles("XBTUSD", "1m", 60, 120))
    answering.join()
    assert [[bar.ts for bar in page] for page in pages] == [[60.0], []]
    assert client.timeout() == 0
    assert client.resume()["markets"]["XBTUSD"]["trade"] is None  # held, and not read yet
    assert len(prices(client.read_events())) == 1


@pytest.mark.parametrize(("code", "kind"), [("outside", FeedError), ("bad_market", FeedRefused)])
def test_an_error_of_a_request_tells_whether_trying_again_helps(
    client: FeedClient, agent: ScriptedAgent, code: str, kind: type[Exception]
) -> None:
    answering = threading.Thread(
        target=lambda: agent.say(protocol.error(agent.hear()["rid"], code, "because of that"))
    )
    answering.start()
    with pytest.raises(kind, match="because of that"):
        list(client.candles("XBTUSD", "1m", 60, 120))
    answering.join()


def test_a_request_without_an_answer_ends(client: FeedClient) -> None:
    turns: list[int] = []
    with pytest.raises(FeedDown, match=r"no answer in 0\.1 s"):
        list(client.candles("XBTUSD", "1m", 60, 120, deadline=0.1, waiting=lambda: turns.append(1)))
    assert turns


def test_no_agent_is_told_with_its_address(home: Home) -> None:
    with pytest.raises(FeedDown, match=r"data-bybit\.sock"):
        FeedClient(home.feed_socket("bybit")).connect(deadline=0.1)
