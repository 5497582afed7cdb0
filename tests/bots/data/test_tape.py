"""The ring of one market, and readers at positions in it."""

import json
from typing import Any

from bots.agents.data.tape import LONGEST_BATCH, Tape


def filled(trades: int, capacity: int = 10_000) -> Tape:
    tape = Tape("XBTUSD", capacity=capacity)
    for number in range(1, trades + 1):
        tape.add_trade([float(number), "1", "1", "Buy", "1", "1"])
    return tape


def read_all(tape: Tape, position: int, candles_from: int | None = 0) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    while True:
        position, line = tape.read(position, True, candles_from)
        if not line:
            return messages
        messages.append(json.loads(line))


def test_a_reader_that_lags_gets_all_in_long_messages() -> None:
    messages = read_all(filled(1200), 0)
    assert [(message["n"], len(message["rows"])) for message in messages] == [
        (1, 500),
        (501, 500),
        (1001, 200),
    ]
    assert LONGEST_BATCH == 500


def test_candles_keep_their_place_among_the_trades() -> None:
    tape = filled(2)
    tape.add_candle([0, "1", "1", "1", "1", "1"])
    tape.add_trade([3.0, "1", "1", "Buy", "1", "1"])
    assert [message["t"] for message in read_all(tape, 0)] == ["trades", "candle", "trades"]


def test_a_reader_that_the_ring_left_behind_sees_a_gap_in_the_numbers() -> None:
    tape = filled(25, capacity=10)
    assert read_all(tape, 3)[0]["n"] == 16
    assert tape.trades(10, 17) == (16, b'[[16.0,"1","1","Buy","1","1"],[17.0,"1","1","Buy","1","1"]]')
    assert tape.trades(1, 5)[1] == b"[]"


def test_a_trade_that_is_lost_shows_as_a_number_left_out() -> None:
    tape = filled(2)
    tape.skip_trades()
    tape.add_trade([3.0, "1", "1", "Buy", "1", "1"])
    assert [message["n"] for message in read_all(tape, 0)] == [1, 4]


def test_a_reader_goes_on_behind_what_it_saw() -> None:
    tape = filled(5)
    tape.add_candle([60, "1", "1", "1", "1", "1"])
    assert read_all(tape, tape.position(3, None))[0]["n"] == 4
    assert [message["t"] for message in read_all(tape, tape.position(None, 0.0))] == ["candle"]
    assert read_all(tape, tape.position(5, 60.0), tape.candle_position(60.0)) == []
    assert tape.position(None, None) == tape.end


def test_readers_at_the_same_place_share_one_message() -> None:
    tape = filled(5)
    first, second = tape.read(0, True, 0)[1], tape.read(0, True, 0)[1]
    assert first is second
    tape.add_trade([6.0, "1", "1", "Buy", "1", "1"])
    assert len(json.loads(tape.read(0, True, 0)[1])["rows"]) == 6
