"""The data agent as a process, between a real sandbox exchange (through ccxt.pro) and real clients."""

import json
import select
import signal
import socket
import urllib.request
from collections.abc import Iterator

import pytest

from bots.core.events import Candle, Tick
from bots.feed import protocol
from bots.feed.client import FeedClient
from bots.feed.errors import FeedRefused
from bots.feed.events import FeedStatus, Quote, ReplayEnd
from schema.home import Home
from tests.bots.data.recorded import START, candles_file
from tests.bots.data.running import Reader, agent, end, sandbox, start_sandbox


@pytest.fixture
def fast(home: Home) -> Iterator[Home]:
    """A home with a market that runs 200 times as fast as the clock, and an agent."""
    with sandbox(home, "--speed", "200"), agent(home):
        yield home


@pytest.fixture
def unhurried(home: Home) -> Iterator[Home]:
    """The latest 1,000 trades, which the exchange still tells, cover ten seconds without a connection."""
    with sandbox(home, "--speed", "100"), agent(home):
        yield home


@pytest.fixture
def faster(home: Home) -> Iterator[Home]:
    with sandbox(home, "--speed", "3000"), agent(home):
        yield home


def post(home: Home, path: str, body: dict[str, object]) -> None:
    url = json.loads(home.sandbox_address.read_text())["url"] + path
    urllib.request.urlopen(url, json.dumps(body).encode(), timeout=30).close()


def assert_whole(reader: Reader, market: str = "XBTUSD") -> None:
    """No candle twice, none missing, and each behind the first trade of the next bar."""
    stamps = [candle.ts for candle in reader.candles(market)]
    assert stamps == [stamps[0] + 60 * number for number in range(len(stamps))]
    latest = 0.0
    for event in reader.events:
        if isinstance(event, Tick) and event.market == market:
            latest = event.ts
        elif isinstance(event, Candle) and event.market == market:
            assert 0 <= latest - event.ts - 60 < 60


def test_trades_come_with_their_quotes_and_candles_equal_those_of_rest(fast: Home) -> None:
    reader = Reader(fast).follow("XBTUSD", "ETHUSD")
    reader.until(lambda r: len(r.candles()) >= 5 and len(r.candles("ETHUSD")) >= 5)
    for market in ("XBTUSD", "ETHUSD"):
        assert_whole(reader, market)
        seen = reader.candles(market)
        pages = reader.client.candles(market, "1m", seen[0].ts, seen[-1].ts + 60)
        assert [candle for page in pages for candle in page] == seen
    assert reader.client.lockstep is False
    assert all(tick.bid < tick.ask for tick in reader.ticks())
    assert all(tick.price == (tick.ask if tick.side == "Buy" else tick.bid) for tick in reader.ticks())


def test_a_hundred_clients_cost_the_exchange_one_subscription(fast: Home) -> None:
    clients = [Reader(fast).follow("XBTUSD") for _ in range(100)]
    for reader in clients:
        reader.until(lambda r: r.ticks())
    stats = clients[0].client.stats()
    assert stats["connects"] == 1
    assert stats["markets"] == {"XBTUSD": stats["markets"]["XBTUSD"] | {"readers": 100}}


def test_a_cut_connection_is_made_again_and_nothing_is_lost_or_repeated(unhurried: Home) -> None:
    reader = Reader(unhurried).follow("XBTUSD").until(lambda r: len(r.candles()) >= 2)
    for _ in range(2):
        told = len(reader.candles())
        post(unhurried, "/sandbox/drop", {"sockets": "public"})
        reader.until(lambda r, told=told: len(r.candles()) >= told + 2)
    assert_whole(reader)
    assert reader.gaps() == []
    stamps = [tick.ts for tick in reader.ticks()]
    assert stamps == [stamps[0] + number for number in range(len(stamps))]
    assert [status.connected for status in reader.of(FeedStatus)].count(False) >= 3


def test_an_exchange_that_was_killed_and_comes_back_leaves_no_hole(home: Home) -> None:
    file = candles_file(home)
    market = ("--replay", f"XBTUSD={file}", "--speed", "200")
    first = start_sandbox(home, *market, "--replay-start", str(START + 1800))
    with agent(home):
        reader = Reader(home).follow("XBTUSD").until(lambda r: len(r.candles()) >= 3)
        end(first, signal.SIGKILL)
        reader.until(lambda r: r.of(FeedStatus)[-1].connected is False)
        later = int(reader.ticks()[-1].ts + 120)
        # It tells the latest 1,000 trades: at this speed they last for an agent that takes its time.
        slower = (*market[:-1], "50")
        with sandbox(home, *slower, "--replay-start", str(later)):
            reader.until(lambda r: r.candles()[-1].ts > later + 60)
        assert_whole(reader)
        assert reader.gaps() == []
        stamps = [tick.ts for tick in reader.ticks()]
        assert stamps == [stamps[0] + number for number in range(len(stamps))]


def test_a_slow_reader_holds_nobody_up_and_loses_nothing(faster: Home) -> None:
    slow, quick = Reader(faster), Reader(faster)
    slow.follow("XBTUSD", streams=("trades", "candles", "quotes"))
    quick.follow("XBTUSD").until(lambda r: len(r.ticks()) > 3000, 30)
    slow.until(lambda r: len(r.ticks()) > 3000)
    assert [tick.ts for tick in slow.ticks()] == sorted({tick.ts for tick in slow.ticks()})
    assert slow.gaps() == []
    assert_whole(slow)


def test_quotes_are_conflated_for_a_reader_that_does_not_read(faster: Home) -> None:
    slow = Reader(faster).follow("XBTUSD", streams=("quotes",))
    quick = Reader(faster).follow("XBTUSD").until(lambda r: len(r.ticks()) > 5000, 45)
    slow.until(lambda r: r.of(Quote) and r.of(Quote)[-1].ts >= quick.ticks()[-1].ts)
    assert len(slow.of(Quote)) < 4500


def test_a_client_goes_on_where_another_ended(fast: Home) -> None:
    first = Reader(fast).follow("XBTUSD").until(lambda r: len(r.candles()) >= 2)
    position = json.loads(json.dumps(first.client.resume()))
    first.client.close()
    Reader(fast).follow("XBTUSD").until(lambda r: len(r.candles()) >= 2)
    second = Reader(fast).follow("XBTUSD", resume=position).until(lambda r: len(r.candles()) >= 3)
    first.events += second.events
    assert_whole(first)
    stamps = [tick.ts for tick in first.ticks()]
    assert stamps == [stamps[0] + number for number in range(len(stamps))]


def test_after_the_agent_itself_was_killed_no_candle_is_missing(home: Home) -> None:
    with sandbox(home, "--speed", "200"):
        with agent(home) as killed:
            reader = Reader(home).follow("XBTUSD").until(lambda r: len(r.candles()) >= 2)
            end(killed, signal.SIGKILL)
        with agent(home):
            reader.until(lambda r: len(r.candles()) >= 6, 20)
    stamps = [candle.ts for candle in reader.candles()]
    assert stamps == [stamps[0] + 60 * number for number in range(len(stamps))]
    assert [gap.missing for gap in reader.gaps()] == [None]


def test_bad_requests_are_answered_and_harm_nobody(fast: Home) -> None:
    reader = Reader(fast).follow("XBTUSD")
    with pytest.raises(FeedRefused, match="unknown market 'XBTEUR'"):
        list(reader.client.candles("XBTEUR", "1m", 0, 60))
    with pytest.raises(FeedRefused, match="unknown timeframe '7m'"):
        list(reader.client.candles("XBTUSD", "7m", 0, 60))
    with pytest.raises(FeedRefused, match="start first"):
        list(reader.client.candles("XBTUSD", "1m", 60, 0))
    for line in (
        b"nonsense\n",
        b"[]\n",
        b'{"op":"subscribe","markets":5}\n',
        b'{"op":"x"}\n',
        b"x" * 100_000,
    ):
        with socket.socket(socket.AF_UNIX) as rude:
            rude.connect(str(fast.feed_socket("sandbox")))
            rude.sendall(line)
            rude.settimeout(30)
            told = b""
            while b'"error"' not in told:
                told += rude.recv(4096)
            assert json.loads(told.splitlines()[-1])["code"] == "bad_request"
    assert reader.until(lambda r: r.ticks())


def test_a_socket_for_its_owner_only_that_goes_with_the_agent(home: Home) -> None:
    with agent(home) as running:
        path = home.feed_socket("sandbox")
        assert path.stat().st_mode & 0o777 == 0o600
        assert end(running) == 0
        assert not path.exists()


def test_without_an_exchange_the_agent_waits_and_says_so(home: Home) -> None:
    with agent(home):
        reader = Reader(home).follow("XBTUSD")
        reader.until(lambda r: any("not running" in status.message for status in r.of(FeedStatus)))
        with sandbox(home, "--speed", "60"):
            reader.until(lambda r: r.ticks(), 20)


def test_lock_step_gives_every_print_and_waits_for_each_reader(home: Home) -> None:
    market = ("--replay", f"XBTUSD={candles_file(home)}", "--lockstep", "--steps", "6")
    window = ("--replay-start", str(START + 600), "--replay-end", str(START + 900))
    with sandbox(home, *market, *window), agent(home):
        reader = Reader(home).follow("XBTUSD")
        reader.until(lambda r: r.of(ReplayEnd), 20)
        again = reader.client.candles("XBTUSD", "1m", START + 540, START + 900)
        closed = [candle for page in again for candle in page]
    assert [tick.ts for tick in reader.ticks()] == [START + 600 + 10 * number for number in range(30)]
    assert reader.candles() == closed
    # The first print closes the bar before the window; nothing comes that would close the last one.
    assert [candle.ts for candle in closed] == [START + 540 + 60 * number for number in range(5)]
    assert_whole(reader)


def test_lock_step_stands_still_while_a_reader_is_busy(home: Home) -> None:
    market = ("--replay", f"XBTUSD={candles_file(home)}", "--lockstep", "--steps", "6")
    with sandbox(home, *market, "--replay-start", str(START + 600)), agent(home):
        client = Reader(home).follow("XBTUSD").client
        before = _ticks_until_quiet(client)
        client.ack()
        assert [*before, *_ticks_until_quiet(client)] == [START + 600, START + 610]
        assert before == [START + 600]


def _ticks_until_quiet(client: FeedClient) -> list[float]:
    times: list[float] = []
    while select.select([client.fileno()], [], [], 0.3 if times else 5)[0]:
        times += [event.ts for event in client.read_events() if isinstance(event, Tick)]
    return times


def test_a_request_line_has_all_that_it_names() -> None:
    assert json.loads(protocol.candles_request(7, "XBTUSD", "1m", 0, 60)) == {
        "op": "candles",
        "market": "XBTUSD",
        "timeframe": "1m",
        "start": 0,
        "end": 60,
        "rid": 7,
    }
