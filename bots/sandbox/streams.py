"""Public streams: what a print means for every subscribed topic of its symbol.

Per print, in this order: order book, ticker, trade, bars. A frame is made once for all its subscribers, and
for a topic that nobody has, nothing is done at all.
"""

from collections.abc import Callable, Iterable

from bots.sandbox.book import DEPTHS
from bots.sandbox.connection import Connection
from bots.sandbox.klines import is_interval
from bots.sandbox.state import MarketState
from bots.sandbox.symbols import Symbol
from bots.sandbox.tape import Print
from bots.sandbox.topics import Bars, Depth, Ticker, Topic, Trades

_ORDER = {"orderbook": 0, "tickers": 1, "publicTrade": 2, "kline": 3}


class Streams:
    """All public topics that have subscribers."""

    def __init__(self, state: MarketState) -> None:
        self._state = state
        self._topics: dict[str, dict[str, Topic]] = {name: {} for name in state.symbols}

    def knows(self, topic: str, category: str) -> bool:
        return self._make(topic, category) is not None

    def join(self, topic: str, category: str, reader: Connection) -> None:
        """Subscribe, and send what the reader needs to begin with."""
        made = self._make(topic, category)
        assert made is not None
        topics = self._topics[made.symbol.id]
        if topic not in topics:
            topics[topic] = made
            in_order = sorted(topics.items(), key=lambda item: _ORDER[item[0].split(".")[0]])
            self._topics[made.symbol.id] = dict(in_order)
        found = self._topics[made.symbol.id][topic]
        found.joined(self._state, reader)
        found.readers.add(reader)

    def leave(self, topic: str, reader: Connection) -> None:
        topics = self._topics[topic.rsplit(".", 1)[1]]
        topics[topic].readers.discard(reader)
        if not topics[topic].readers:
            del topics[topic]

    def publish(self, prints: Iterable[Print | None]) -> None:
        """Tell everybody about these prints (in the order of the state's symbols)."""
        for topics, printed in zip(self._topics.values(), prints, strict=True):
            if printed is not None:
                for topic in topics.values():
                    topic.on_print(self._state, printed)

    def repeat(self) -> None:
        """Send best levels again where it has been silent for long; to be called every second."""
        for topics in self._topics.values():
            for topic in topics.values():
                if isinstance(topic, Depth):
                    topic.repeat(self._state)

    def readers(self) -> set[Connection]:
        return {
            reader
            for topics in self._topics.values()
            for topic in topics.values()
            for reader in topic.readers
        }

    def _make(self, topic: str, category: str) -> Topic | None:
        kind, *middle, name = topic.split(".") if "." in topic else ("", "")
        symbol = self._state.symbols.get(name)
        if symbol is None or symbol.category != category:
            return None
        makers: dict[tuple[str, int], Callable[[], Topic | None]] = {
            ("publicTrade", 0): lambda: Trades(topic, symbol),
            ("tickers", 0): lambda: Ticker(topic, symbol),
            ("orderbook", 1): lambda: _depth(topic, symbol, middle[0]),
            ("kline", 1): lambda: Bars(topic, symbol, interval=middle[0]) if is_interval(middle[0]) else None,
        }
        maker = makers.get((kind, len(middle)))
        return maker() if maker else None


def _depth(topic: str, symbol: Symbol, depth: str) -> Topic | None:
    if depth not in map(str, DEPTHS):
        return None
    return Depth(topic, symbol, depth=int(depth))
