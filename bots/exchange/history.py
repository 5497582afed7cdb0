"""Past market data by REST: paced by the budget, tried again when the trouble may pass."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any, TypeVar

from bots.exchange import klines
from bots.exchange.backoff import Backoff
from bots.exchange.budget import Budget
from bots.exchange.clients import pro
from bots.exchange.config import REQUEST_SECONDS, configuration
from bots.exchange.errors import ExchangeDown, explain
from bots.exchange.klines import CandleRow, Print
from schema.home import Home
from schema.markets import MarketSpec
from schema.timeframes import seconds

T = TypeVar("T")

ATTEMPTS = 5
_LONGEST_WAIT = 60.0


class History:
    """REST of one exchange, in an asyncio loop. Its owner awaits `close()`.

    Attributes:
        budget: what all requests of this object share; its `counters` tell what was asked.
    """

    def __init__(
        self, exchange: str, home: Home, budget: Budget | None = None, attempts: int = ATTEMPTS
    ) -> None:
        self.exchange = exchange
        self.budget = budget or Budget()
        self._home = home
        self._attempts = attempts
        self._client: Any = None
        self._config: dict[str, Any] = {}

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def candles(
        self, spec: MarketSpec, timeframe: str, start: float, end: float
    ) -> AsyncIterator[list[CandleRow]]:
        """Pages of the closed candles that open in [start, end), oldest first, without the unfinished one.

        Raises:
            ExchangeDown, Refused, BadMarket.
            ValueError: a timeframe that nobody has.
        """
        seconds(timeframe)
        doing = f"candles of {spec.market} from {self.exchange}"
        newest = klines.kline_rows(
            await self._ask("public_get_v5_market_kline", klines.newest_kline_query(spec, timeframe), doing),
            spec,
        )
        closed = min(int(end), newest[-1][0]) if newest else int(start)
        for first, last in klines.windows(int(start), closed, timeframe):
            query = klines.kline_query(spec, timeframe, first, last)
            rows = klines.kline_rows(await self._ask("public_get_v5_market_kline", query, doing), spec)
            yield [row for row in rows if first <= row[0] <= last]

    async def funding(self, spec: MarketSpec, start: float, end: float) -> list[tuple[int, str]]:
        """(stamp, rate) of [start, end), oldest first. Raises as `candles`."""
        found: list[tuple[int, str]] = []
        until = int(end)
        while until > start:
            query = klines.funding_query(spec, int(start), until)
            doing = f"funding of {spec.market} from {self.exchange}"
            rows = klines.funding_rows(
                await self._ask("public_get_v5_market_funding_history", query, doing), spec
            )
            rows = [row for row in rows if start <= row[0] < until]
            found = rows + found
            if len(rows) < klines.FUNDING_PAGE:
                break
            until = rows[0][0]
        return found

    async def recent_trades(self, spec: MarketSpec) -> list[Print]:
        """The latest trades, up to 1,000, oldest first. Raises as `candles`."""
        doing = f"trades of {spec.market} from {self.exchange}"
        return klines.trade_rows(
            await self._ask("public_get_v5_market_recent_trade", klines.trades_query(spec), doing), spec
        )

    async def instrument(self, spec: MarketSpec) -> dict[str, Any]:
        """What the exchange says of the market now. Raises as `candles`."""
        doing = f"instrument {spec.market} from {self.exchange}"
        query = klines.instrument_query(spec)
        return klines.instrument(await self._ask("public_get_v5_market_instruments_info", query, doing), spec)

    async def _ask(self, method: str, query: dict[str, Any], doing: str) -> Any:
        backoff = Backoff(0.2, 5.0)
        for attempt in range(1, self._attempts + 1):
            try:
                return await self._ask_once(method, query, doing)
            except ExchangeDown as error:
                self.budget.counters.failures += 1
                if attempt == self._attempts or error.pause > _LONGEST_WAIT:
                    raise
                self.budget.counters.retries += 1
                await asyncio.sleep(backoff.delay())
        raise AssertionError("a loop of at least one attempt")

    async def _ask_once(self, method: str, query: dict[str, Any], doing: str) -> Any:
        wait = self.budget.reserve(time.monotonic())
        if wait > _LONGEST_WAIT:
            raise ExchangeDown(f"{doing}: the exchange wants no request for another {wait:.0f} s", wait)
        await asyncio.sleep(wait)
        try:
            client = await self._current_client()
            async with asyncio.timeout(REQUEST_SECONDS + 2):
                return await getattr(client, method)(query)
        except Exception as error:
            known = explain(error, doing)
            if isinstance(known, ExchangeDown) and known.pause:
                self.budget.close_for(time.monotonic(), known.pause)
            raise known from None

    async def _current_client(self) -> Any:
        config = configuration(self.exchange, self._home)
        if self._client is None or config != self._config:  # the sandbox comes back with another port
            await self.close()
            self._client, self._config = pro(self.exchange, self._home), config
        return self._client
