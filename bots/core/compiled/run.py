"""A backtest of a strategy in one market by the compiled kernel."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from bots.core.assumptions import Assumptions
from bots.core.books.equity import Tally
from bots.core.candles import Floats
from bots.core.compiled import layout as L
from bots.core.compiled.desk import CompiledDesk
from bots.core.compiled.loop import answering, ordering, run_bars
from bots.core.compiled.setup import Arrays, arrays_of, with_funding, with_targets
from bots.core.compiled.tables import equity_curve, trade_table
from bots.core.compiled.targets import lots_of
from bots.core.events import Funding
from bots.core.instrument import Instrument
from bots.core.ports import Journal
from bots.core.resample import ClosedBars, closed_bars
from bots.core.results import EquityCurve, TradeTable
from bots.core.series import Series
from bots.core.settings import EngineSettings
from bots.core.signals import TARGET, compute
from bots.core.simulation import Progress
from bots.core.strategy import Strategy

_CHUNK = 1024


class CompiledBacktest:
    """One run over `series`; candles before `begin` only fill the windows. See `backtest.Backtest`.

    Raises NotCompiled where the general engine must take over, also on the way: it tells all of it again.
    """

    def __init__(
        self,
        strategy: Strategy,
        instrument: Instrument,
        series: Series,
        settings: EngineSettings,
        assumptions: Assumptions,
        begin: float,
        funding: Iterable[Funding],
        journal: Journal | None,
    ) -> None:
        self.strategy, self.instrument, self.series, self.settings = strategy, instrument, series, settings
        self._first = int(np.searchsorted(series.ts, begin))
        bars = closed_bars(series, settings.timeframe, settings.base)
        columns = compute(strategy, [bars.candles]) if len(bars.candles) else {}
        on_grid = (event.on_grid(settings.base) for event in funding)
        stamps = sorted((event for event in on_grid if event.ts >= begin), key=lambda event: event.ts)
        self._arrays = self._filled(bars, columns.get(TARGET), assumptions, stamps)
        self._arrays.state.i[L.WRITES_LOG] = journal is not None
        self.desk = CompiledDesk(
            strategy, instrument, series, settings, assumptions, self._arrays, bars, columns, stamps, journal
        )
        strategy.bind(self.desk)

    def _filled(
        self, bars: ClosedBars, wanted: Floats | None, assumptions: Assumptions, funding: list[Funding]
    ) -> Arrays:
        """The kernel's arrays before the first candle. `wanted`: the strategy's targets, if it states any."""
        strategy, settings, instrument = self.strategy, self.settings, self.instrument
        arrays = arrays_of(
            instrument,
            self.series,
            None if settings.timeframe == settings.base else bars.closing,
            assumptions,
            settings.starting_balance,
            settings.base,
            self._first,
            len(bars.candles),
        )
        arrays = with_funding(arrays, funding)
        handles_bars = overrides(strategy, "on_bar") or overrides(strategy, "on_bars")
        if wanted is not None and not handles_bars:
            arrays = with_targets(arrays, wanted, lots_of(wanted, instrument))
        i = arrays.state.i
        i[L.HANDLES_BARS], i[L.HANDLES_FILLS] = handles_bars, overrides(strategy, "on_fill")
        i[L.HANDLES_FUNDING] = overrides(strategy, "on_funding")
        i[L.WARMUP] = strategy.warmup()
        return arrays

    def run(self, every: int) -> Iterator[Progress]:
        """Run to the end; yields after every so many candles and at the end."""
        try:
            with answering(self.strategy, **ordering(self.desk)):
                yield from self._steps(every)
        finally:
            self.desk.leave()

    def _steps(self, every: int) -> Iterator[Progress]:
        i, series = self._arrays.state.i, self.series
        total, step = len(series) - self._first, max(every, 1)
        if i[L.HANDLES_BARS]:
            told = self._first
            for done in run_bars(self.strategy, self.desk, min(step, _CHUNK)):
                if done - told >= step:
                    told = done
                    yield Progress(done - self._first, total, float(series.ts[done - 1]))
            step = total
        code = L.PAUSED
        while code != L.DONE:
            if code == L.PAUSED:
                # The last candle goes with those before it: its end is the end.
                done = (int(i[L.CANDLE]) - self._first) // step * step
                i[L.STOP_CANDLE] = min(self._first + done + step, len(series))
            code = self.desk.call()
            self.desk.answer(code)
            if code == L.PAUSED and i[L.CANDLE] < len(series):
                yield Progress(int(i[L.CANDLE]) - self._first, total, float(series.ts[i[L.CANDLE] - 1]))
        yield Progress(total, total, float(series.ts[-1]) + self.settings.base)

    @property
    def ambiguous(self) -> dict[str, int]:
        """Candles that held both stop and target, and what decided them."""
        i = self._arrays.state.i
        count, pessimistic = int(i[L.AMBIGUOUS]), bool(i[L.PESSIMISTIC])
        return {
            "candles": count,
            "pessimistic": count if pessimistic else 0,
            "finer": 0,
            "path": 0 if pessimistic else count,
        }

    def table(self) -> TradeTable:
        """Closed trades so far."""
        settings = self.settings
        origin = settings.exchange, settings.session, settings.run
        return trade_table(self._arrays.state, 0, self.desk.texts, self.instrument, *origin)

    def curve(self) -> EquityCurve:
        """Equity so far."""
        return equity_curve(self._arrays.state)

    def counters(self) -> dict[str, Any]:
        """The figures of a heartbeat, as `account.counters` gives them."""
        s, desk = self._arrays.state, self.desk
        i, f = s.i, s.f
        unrealised = desk.books.unrealised()
        tally = Tally(int(i[L.TRADES]), int(i[L.WINS]), desk.books.amount(i[L.EARNED_USD]))
        return {
            "trade_count": tally.trades,
            "total_pnl": float(tally.pnl_usd),
            "win_rate": tally.win_rate,
            "max_drawdown": round(float(f[L.DEEPEST]), 4),
            "equity": float(desk.equity),
            "starting_balance": float(self.settings.starting_balance),
            "settle": self.instrument.settle,
            "unrealised_pnl": float(unrealised),
            "unrealised_pnl_usd": float(desk.books.in_dollars(unrealised)),
            "position": desk.books.open_positions(),
            "market_time": float(f[L.NOW]) or None,
            "last_price": float(desk.price(i[L.MARK])) if i[L.HAS_TICK] else None,
        }


def overrides(strategy: Strategy, handler: str) -> bool:
    """Whether the strategy writes this handler itself."""
    return getattr(type(strategy), handler) is not getattr(Strategy, handler)
