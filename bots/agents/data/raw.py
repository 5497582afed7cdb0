"""Messages of the exchange's public sockets, as it sent them, in our terms.

Raw, because ccxt drops what is needed: the digits of a number, whether a bar is final, the order among kinds.
"""

from typing import Any, NamedTuple, TypeAlias

from bots.exchange.klines import CandleRow, Print


class Top(NamedTuple):
    """Best bid and ask, each (price, size); None where the message says nothing about that side."""

    ts: float
    bid: tuple[str, str] | None
    ask: tuple[str, str] | None


class Bar(NamedTuple):
    """The state of a bar; `final` where the exchange says that it is closed. `sent`: when, by its clock."""

    row: CandleRow
    final: bool
    sent: float


Item: TypeAlias = Print | Top | Bar


def parse(message: dict[str, Any], inverse: bool) -> list[Item]:
    """What a message tells, oldest first.

    Args:
        inverse: the market is an inverse one, whose `turnover` is in coins.

    Raises:
        ValueError: it has another form than the exchange documents.
    """
    kind = str(message["topic"]).partition(".")[0]
    try:
        if kind == "publicTrade":
            return [_print(row) for row in message["data"]]
        if kind == "orderbook":
            return [_top(message)]
        if kind == "kline":
            return [_bar(row, inverse, message["ts"]) for row in message["data"]]
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise ValueError(f"unreadable {message['topic']}: {error!r}") from None
    return []


def exchange_id(message: dict[str, Any]) -> str:
    """The exchange's name of the market that a message is about, such as "BTCUSD"."""
    return str(message["topic"]).rpartition(".")[2]


def _print(row: dict[str, Any]) -> Print:
    return Print(str(row["i"]), int(row["T"]) / 1000, str(row["p"]), str(row["v"]), str(row["S"]))


def _top(message: dict[str, Any]) -> Top:
    data = message["data"]
    return Top(int(message["ts"]) / 1000, _level(data.get("b")), _level(data.get("a")))


def _level(levels: Any) -> tuple[str, str] | None:
    for price, size in levels or ():
        if float(size) > 0:  # 0 takes the level away; the one that follows it comes in the same message
            return str(price), str(size)
    return None


def _bar(row: dict[str, Any], inverse: bool, sent: Any) -> Bar:
    volume = row["turnover"] if inverse else row["volume"]
    figures = [str(figure) for figure in (row["open"], row["high"], row["low"], row["close"], volume)]
    return Bar([int(row["start"]) // 1000, *figures], row["confirm"] is True, int(sent) / 1000)
