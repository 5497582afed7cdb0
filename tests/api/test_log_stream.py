"""WS /sessions/:id/logs/stream, on the real server."""

import json
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from simple_websocket import ConnectionClosed

from schema.db import status
from schema.db.engine import make_engine
from schema.files.log import LogWriter
from schema.settings import Settings
from schema.states import Event
from tests.api.conftest import Serve
from tests.api.streaming import Stream, refusal

UNKNOWN = "00000000-0000-4000-8000-000000000000"


class Bot:
    """A session on the served API, and the hand that writes its log."""

    def __init__(self, settings: Settings) -> None:
        body = {"type": "test", "market": "XBTUSD", "strategy": "TestBot"}
        self.url = url = settings.url
        self.id: str = requests.post(f"{url}/sessions", json=body, timeout=30).json()["session"]["id"]
        self.home = settings.home
        self.engine = make_engine(settings.database_url)

    def log(self, **options: Any) -> LogWriter:
        return LogWriter(self.home.log(self.id), self.id, "sandbox", "XBTUSD", run=1, **options)

    def stream(self, query: str = "") -> Stream:
        return Stream(self.url, f"/sessions/{self.id}/logs/stream{query}")

    def following(self, log: LogWriter) -> Stream:
        """A stream that has sent a line, so that it certainly follows the log."""
        log.write("info", "begin")
        stream = self.stream("?tail=1")
        assert stream.texts(1) == ["begin"]
        return stream

    def run(self) -> None:
        status.change_status(self.engine, self.id, Event.START)


@pytest.fixture
def bot(served: Settings) -> Iterator[Bot]:
    made = Bot(served)
    yield made
    made.engine.dispose()


def test_a_line_written_after_the_connection_arrives_as_documented(bot: Bot) -> None:
    with bot.log() as log, bot.following(log) as stream:
        log.write("info", "Signal detected: BUY at 89450", ts=1706000205.123)
        message = stream.next()
        assert message == {
            "type": "log",
            "timestamp": 1706000205.123,
            "level": "info",
            "message": "Signal detected: BUY at 89450",
            "exchange": "sandbox",
            "offset": log.end,
        }


def test_an_entry_is_a_trade_message_with_its_data(bot: Bot) -> None:
    with bot.log() as log, bot.stream("?tail=1") as stream:
        entry = {"action": "entry", "side": "LONG", "entry_price": 89450, "size": 100}
        log.write("trade", "ENTRY LONG @ 89,450 (100 contracts)", data=entry)
        message = stream.next()
        assert (message["type"], message["level"], message["data"]) == ("trade", "trade", entry)


def test_the_stream_starts_with_the_last_lines_asked_for(bot: Bot) -> None:
    with bot.log() as log:
        for number in range(10):
            log.write("info", f"line {number}")
        with bot.stream("?tail=3") as stream:
            assert stream.texts(3) == ["line 7", "line 8", "line 9"]
            log.write("info", "line 10")
            assert stream.texts(1) == ["line 10"]


def test_it_resumes_from_an_offset_without_gap_or_repeat_over_rotations(bot: Bot) -> None:
    with bot.log(max_bytes=10_000, keep=100) as log, bot.stream("?offset=0") as stream:
        for number in range(300):
            log.write("info", f"line {number}")
        first = [stream.next() for _ in range(120)]
        stream.close()
        for number in range(300, 600):
            log.write("info", f"line {number}")
        with bot.stream(f"?offset={first[-1]['offset']}") as resumed:
            rest = resumed.texts(480)
    assert [message["message"] for message in first] + rest == [f"line {number}" for number in range(600)]


def test_lines_that_were_rotated_away_are_told_as_a_gap(bot: Bot) -> None:
    with bot.log(max_bytes=2_000, keep=1) as log:
        log.write("info", "the first")
        offset = log.end
        for number in range(200):
            log.write("info", f"line {number}")
        with bot.stream(f"?offset={offset}") as stream:
            gap = stream.next()
            assert (gap["type"], gap["reset"]) == ("gap", False)
            assert gap["lost"] > 0
            assert stream.next()["offset"] > gap["offset"]


def test_an_offset_of_another_log_begins_anew_and_says_so(bot: Bot) -> None:
    with bot.log() as log:
        log.write("info", "one")
        with bot.stream("?offset=1000000") as stream:
            assert stream.next()["reset"] is True
            assert stream.texts(1) == ["one"]


def test_a_log_that_is_not_there_yet_is_followed_from_its_beginning(bot: Bot) -> None:
    with bot.stream("?offset=0") as stream, bot.log() as log:
        log.write("info", "born")
        assert stream.texts(1) == ["born"]


def test_a_heartbeat_comes_at_once_and_carries_the_offset(bot: Bot) -> None:
    bot.run()
    with bot.log() as log, bot.following(log) as stream:
        requests.post(
            f"{bot.url}/sessions/{bot.id}/heartbeat", json={"run": 1}, timeout=30
        ).raise_for_status()
        message = stream.next()
        assert (message["type"], message["exchange"]) == ("heartbeat", "sandbox")
        assert message["offset"] == log.end
        assert abs(message["timestamp"] - time.time()) < 5


def test_deleting_the_session_closes_the_stream_with_a_reason(bot: Bot) -> None:
    with bot.log() as log, bot.following(log) as stream:
        requests.delete(f"{bot.url}/sessions/{bot.id}", timeout=30).raise_for_status()
        with pytest.raises(ConnectionClosed) as closed:
            stream.next()
    assert closed.value.reason == 4404
    assert closed.value.message == "the session was deleted"


def test_a_client_that_reads_nothing_costs_the_others_nothing(bot: Bot) -> None:
    with bot.log(max_bytes=100_000_000) as log, bot.following(log) as quick, bot.following(log) as lazy:
        lazy.stop_reading()
        assert quick.texts(1) == ["begin"]
        for _ in range(400):
            log.write("info", "x" * 30_000)  # 12 MB, more than any socket buffer
        assert [len(text) for text in quick.texts(400)] == [30_000] * 400
        began = time.monotonic()
        log.write("info", "the last")
        assert quick.texts(1) == ["the last"]
        assert time.monotonic() - began < 1


def test_many_writers_and_readers_see_each_its_own_log(served: Settings) -> None:
    bots = [Bot(served) for _ in range(5)]
    streams = [bot.stream("?offset=0") for bot in bots for _ in range(4)]
    logs = [bot.log() for bot in bots]
    for number in range(50):
        for place, log in enumerate(logs):
            log.write("info", f"bot {place} line {number}")
    for log in logs:
        log.close()
    for place in range(5):
        for stream in streams[place * 4 : place * 4 + 4]:
            assert stream.texts(50) == [f"bot {place} line {number}" for number in range(50)]
            stream.close()


@pytest.mark.parametrize("query", ["?tail=-1", "?tail=x", "?offset=-5", "?tail=100000", "?unknown=1"])
def test_bad_parameters_are_refused_before_the_handshake(bot: Bot, query: str) -> None:
    assert refusal(bot.url, f"/sessions/{bot.id}/logs/stream{query}")["status"] == 422


@pytest.mark.parametrize("id", [UNKNOWN, "nonsense"])
def test_an_unknown_session_is_404(served: Settings, id: str) -> None:
    assert refusal(served.url, f"/sessions/{id}/logs/stream")["status"] == 404


def test_a_handshake_of_another_version_is_400(bot: Bot) -> None:
    refused = refusal(bot.url, f"/sessions/{bot.id}/logs/stream", **{"Sec-WebSocket-Version": "12"})
    assert refused["status"] == 400


def test_without_a_websocket_it_is_an_ordinary_error(bot: Bot) -> None:
    answer = requests.get(f"{bot.url}/sessions/{bot.id}/logs/stream", timeout=30)
    assert answer.status_code == 400
    assert "ws://" in answer.json()["error"]["message"]


def test_a_page_from_elsewhere_cannot_open_a_stream(bot: Bot) -> None:
    refused = refusal(bot.url, f"/sessions/{bot.id}/logs/stream", Origin="http://evil.example")
    assert (refused["status"], refused["code"]) == (403, "origin_not_allowed")


def test_one_stream_more_than_allowed_is_503_and_a_free_seat_is_given_again(serve: Serve) -> None:
    bot = Bot(serve(WEBSOCKET_LIMIT="2"))
    first, second = bot.stream(), bot.stream()
    refused = refusal(bot.url, f"/sessions/{bot.id}/logs/stream")
    assert (refused["status"], refused["code"]) == (503, "too_many_streams")
    first.close()
    third = Stream.patiently(bot.url, f"/sessions/{bot.id}/logs/stream")
    for stream in (second, third):
        stream.close()


def test_an_abandoned_connection_frees_its_seat(serve: Serve) -> None:
    bot = Bot(serve(WEBSOCKET_LIMIT="1"))
    gone = bot.stream()
    connection: socket.socket = gone.client.sock
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    gone.break_off()
    Stream.patiently(bot.url, f"/sessions/{bot.id}/logs/stream").close()


def test_what_a_client_sends_is_ignored(bot: Bot) -> None:
    with bot.log() as log, bot.following(log) as stream:
        for _ in range(20):
            stream.client.send(json.dumps({"hello": "?" * 1000}))
        log.write("info", "still here")
        assert stream.texts(1) == ["still here"]
