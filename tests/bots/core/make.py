"""Instruments, candles, and engines for the tests of the core."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bots.core.assumptions import Assumptions
from bots.core.backtest import MemoryJournal
from bots.core.engine import Engine
from bots.core.events import Candle, Fill, Side, Tick
from bots.core.instrument import Instrument
from bots.core.paper.broker import PaperBroker
from bots.core.settings import EngineSettings
from bots.core.strategy import Bar, Strategy

D = Decimal
XBTUSD = Instrument("XBTUSD", "inverse", "BTC", "BTC", "USD", D("0.1"), D(1))
ETHUSD = Instrument("ETHUSD", "inverse", "ETH", "ETH", "USD", D("0.01"), D(1))
BTCUSDT = Instrument("BTCUSDT", "linear", "USDT", "BTC", "USDT", D("0.1"), D("0.001"))


def tick(price: str | Decimal, ts: float = 0.0, market: str = "XBTUSD", spread: str = "0.1") -> Tick:
    """A print at the ask."""
    ask = D(price)
    return Tick(market, ts, ask, D(1), "Buy", ask - D(spread), ask)


def candle(ts: float, *prices: str, market: str = "XBTUSD") -> Candle:
    """Open, high, low, close; one price stands for all four."""
    open_, high, low, close = (D(price) for price in (prices if len(prices) == 4 else prices * 4))
    return Candle(ts, open_, high, low, close, D(60), market)


def fill(side: Side, size: str | int | Decimal, price: str | Decimal, ts: float = 0.0, maker: bool = False,
         market: str = "XBTUSD", reference: str | Decimal | None = None) -> Fill:  # fmt: skip
    hoped = D(price) if reference is None else D(reference)
    return Fill(ts, market, 1, side, D(size), D(price), maker, hoped)


class Scripted(Strategy):
    """Does what a test says at each bar: `script` maps a bar's opening time to a call on the strategy."""

    def __init__(self, script: Mapping[float, Any] | None = None) -> None:
        super().__init__()
        self.script = dict(script or {})
        self.bars: list[float] = []
        self.fills: list[Fill] = []

    def on_bar(self, bar: Bar) -> None:
        self.bars.append(bar.ts)
        if bar.ts in self.script:
            self.script[bar.ts](self)

    def on_fill(self, fill: Fill) -> None:
        self.fills.append(fill)


def engine(
    strategy: Strategy, *instruments: Instrument, leverage: str = "1", balance: str = "1",
    latency_ms: int = 0, volume_share: float | None = None, **settings: Any
) -> tuple[Engine, MemoryJournal]:  # fmt: skip
    """A started engine on a paper broker, and what it writes."""
    traded = {instrument.market: instrument for instrument in instruments or (XBTUSD,)}
    journal = MemoryJournal(keep_log=True)
    all_settings = EngineSettings("s1", "sandbox", starting_balance=D(balance), **settings)
    assumptions = Assumptions(leverage=D(leverage), latency_ms=latency_ms, volume_share=volume_share)
    made = Engine(strategy, traded, PaperBroker(traded, assumptions), journal, all_settings)
    made.start()
    return made, journal


def feed(made: Engine, *events: Tick | Candle) -> None:
    for event in events:
        made.handle(event)


def messages(journal: MemoryJournal) -> list[str]:
    return [message for _, message, _ in journal.lines]


def wave(count: int, seed: int = 1, start: float = 1_690_000_020.0, market: str = "XBTUSD", tick: str = "0.1",
         level: int = 300_000) -> list[Candle]:  # fmt: skip
    """A deterministic walk of minute candles on the grid, lively enough that strategies trade."""
    start -= start % 60
    state, rows, close = seed, [], level
    grid = D(tick)

    def draw(most: int) -> int:
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 33) % (2 * most + 1) - most

    trend = 0
    for index in range(count):
        if index % 12 == 0:
            trend = draw(60)
        open_ = max(close + draw(3), 1000)
        close = max(open_ + trend + draw(120), 1000)
        high = max(open_, close) + abs(draw(80))
        low = max(min(open_, close) - abs(draw(80)), 1)
        prices = (level * grid for level in (open_, high, low, close))
        rows.append(Candle(start + 60 * index, *prices, D(60), market))  # type: ignore[call-arg, arg-type]
    return rows


def pnl_sum(trades: Iterable[dict[str, Any]]) -> Decimal:
    return sum((D(repr(trade["pnl"])) for trade in trades), D(0))


def prices(candles: Sequence[Candle]) -> list[Decimal]:
    return [row.close for row in candles]
