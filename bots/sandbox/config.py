"""How a sandbox is set up, and the market that this asks for."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np

from bots.sandbox.blocks import Market
from bots.sandbox.funding import FundingRates, RecordedRates, SeededRates
from bots.sandbox.market import SeededMarket
from bots.sandbox.replay import Recorded, ReplayError, ReplayMarket, from_rows, read_file, symbol_of
from bots.sandbox.replay_ticks import RecordedTicks
from bots.sandbox.symbols import SYMBOLS
from schema import markets
from schema.archive.reader import read_candles, read_funding

STARTING_WALLET: dict[str, Decimal] = {
    "BTC": Decimal(10),
    "ETH": Decimal(100),
    "SOL": Decimal(1_000),
    "XRP": Decimal(100_000),
    "DOGE": Decimal(1_000_000),
    "USDT": Decimal(100_000),
}
"""What a new account holds, so that every symbol can be traded."""


@dataclass(frozen=True)
class SandboxConfig:
    """Settings of one sandbox exchange.

    Attributes:
        port: 0 for any free one.
        speed: how many times faster than the clock market time runs.
        steps: trade prints a minute.
        lockstep: time moves only by POST /sandbox/advance, one print at a time.
        readers: sessions that must follow before a lock-step replay is begun.
        replay: recorded candles instead of the seeded market: a folder of archives, or files by market name.
        replay_exchange: whose candles are taken from the archive folder.
        replay_start, replay_end: Unix seconds, end exclusive; older candles are still served as history.
        replay_ticks: replay the recorded prints of the archive folder too, not ways made of candles.
        state: SQLite file that keeps the books over a restart; None keeps them in memory.
        address: file to which url, ws and pid are written.
        accounts: secrets by API key, beside the default one.
        limits: enforce the documented rate limits.
        ban_seconds: how long an address stays banned after too many requests.
        ack_seconds: how long after its acceptance an order reaches the market.
    """

    port: int = 0
    seed: int = 1
    speed: float = 1.0
    steps: int = 60
    lockstep: bool = False
    readers: int = 1
    replay: Path | Mapping[str, Path] | None = None
    replay_exchange: str = "bybit"
    replay_start: int | None = None
    replay_end: int | None = None
    replay_ticks: bool = False
    state: Path | None = None
    address: Path | None = None
    wallet: Mapping[str, Decimal] = field(default_factory=lambda: dict(STARTING_WALLET))
    accounts: Mapping[str, str] = field(default_factory=dict)
    limits: bool = True
    ban_seconds: float = 600.0
    ack_seconds: float = 0.002


def open_market(config: SandboxConfig) -> Market:
    """The market of that configuration.

    Raises:
        ReplayError: there are no such candles.
    """
    if config.replay is None:
        return SeededMarket(config.seed)
    if isinstance(config.replay, Path):
        recorded = _from_archive(config.replay, config)
        identity = f"replay of {config.replay_exchange} from {config.replay}"
    else:
        recorded = {symbol_of(m): read_file(p, None, config.replay_end) for m, p in config.replay.items()}
        identity = f"replay of {', '.join(f'{m}={p}' for m, p in sorted(config.replay.items()))}"
    market = ReplayMarket(
        recorded,
        f"{identity} from {config.replay_start} to {config.replay_end}",
        config.steps,
        _ticks(config, recorded) if config.replay_ticks else None,
    )
    if config.replay_start is not None and market.end is not None and config.replay_start >= market.end * 60:
        raise ReplayError(
            f"{identity}: its last candle is at {(market.end - 1) * 60}, before {config.replay_start}"
        )
    return market


def _from_archive(root: Path, config: SandboxConfig) -> dict[str, Recorded]:
    """Candles of every listed symbol that the archive has.

    A coin's inverse contract is not made from its linear one's candles: only what was recorded is served.
    """
    recorded = {}
    try:
        markets.exchange(config.replay_exchange)
        for symbol in SYMBOLS.values():
            found = from_rows(
                read_candles(root, config.replay_exchange, symbol.spec.market, None, config.replay_end)
            )
            if len(found.minute):
                recorded[symbol.id] = found
    except (ValueError, OSError) as error:
        raise ReplayError(f"no replay from {root}: {error}") from error
    return recorded


def _ticks(config: SandboxConfig, recorded: Mapping[str, Recorded]) -> dict[str, RecordedTicks]:
    """Recorded prints of the symbols that are replayed; each minute's must fit into its steps."""
    from schema.archive.tick_reader import read_ticks

    if not isinstance(config.replay, Path):
        raise ReplayError("prints are replayed from an archive folder")
    found = {}
    try:
        for name in recorded:
            market, span = SYMBOLS[name].spec.market, (config.replay_start, config.replay_end)
            ticks = read_ticks(config.replay, config.replay_exchange, market, *span)
            if not len(ticks):
                continue
            found[name] = RecordedTicks(
                SYMBOLS[name], ticks.ts, ticks.price, ticks.size, ticks.side, ticks.bid, ticks.ask
            )
            for minute in np.unique(ticks.ts // 60).astype(int).tolist():
                deque(found[name].minute(minute, config.steps), maxlen=0)
    except (ValueError, OSError) as error:
        raise ReplayError(f"no replay of prints from {config.replay}: {error}") from error
    return found


def open_rates(config: SandboxConfig) -> FundingRates:
    """Funding of that market: invented with it, or recorded with its candles.

    Raises:
        ReplayError: a file of recorded rates cannot be read.
    """
    if config.replay is None:
        return SeededRates(config.seed)
    if not isinstance(config.replay, Path):
        return RecordedRates({})
    try:
        return RecordedRates(
            {
                symbol.id: {
                    round(ts / 60): Decimal(repr(rate))
                    for ts, rate in read_funding(
                        config.replay, config.replay_exchange, symbol.spec.market, None, config.replay_end
                    )
                }
                for symbol in SYMBOLS.values()
            }
        )
    except (ValueError, OSError) as error:
        raise ReplayError(f"no funding rates from {config.replay}: {error}") from error


def first_tick(config: SandboxConfig, market: Market) -> int:
    """Number of the print with which a replay starts."""
    start = market.first if config.replay_start is None else max(config.replay_start // 60, market.first)
    return start * config.steps
