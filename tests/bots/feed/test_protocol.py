"""Lines and rows of the feed's protocol."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.feed import protocol
from bots.feed.protocol import BadMessage, Lines


@given(st.lists(st.text(alphabet="abc{}\"'é ", max_size=20), max_size=5), st.integers(1, 7))
def test_lines_come_out_whole_however_they_are_cut(texts: list[str], size: int) -> None:
    stream = b"".join(text.encode() + b"\n" for text in texts)
    lines = Lines(1000)
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert [line.decode() for piece in pieces for line in lines.feed(piece)] == texts


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(BadMessage, match="longer than 10 bytes"):
        Lines(10).feed(b"x" * 11)


@pytest.mark.parametrize("line", [b"", b"[1]", b"{", b"\xff", b"null"])
def test_what_is_no_object_is_refused(line: bytes) -> None:
    with pytest.raises(BadMessage):
        protocol.decode(line)


def test_prices_keep_their_digits() -> None:
    tick = protocol.to_tick("XBTUSD", [1.5, "0.10000000000000000001", "1", "Sell", "0.1", "0.2"])
    assert str(tick.price) == "0.10000000000000000001"
    assert tick.bid == Decimal("0.1")


@pytest.mark.parametrize(
    "row", [[], [1, "x", "1", "Buy", "1", "1"], [None] * 6, [1, "1", "1", "Buy", "1"], "row"]
)
def test_a_row_of_another_form_is_refused(row: list[object]) -> None:
    with pytest.raises(BadMessage):
        protocol.to_tick("XBTUSD", row)
    with pytest.raises(BadMessage):
        protocol.to_candle("XBTUSD", row)
