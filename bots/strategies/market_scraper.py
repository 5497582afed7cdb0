"""MarketScraper: what a scraper session is and takes. It trades nothing; the runner does its work."""

from pydantic import Field

from bots.core.strategy import Strategy
from bots.strategies.params import StrategyParams


class MarketScraper(Strategy):
    """Writes trades, best bid and ask and 1-minute candles of a market into the archive."""

    id = "MarketScraper"
    title = "Market Scraper"
    description = "Collects market data without trading"
    types = ("scraper",)
    markets = ("*",)

    class Params(StrategyParams):
        archive_interval: int = Field(
            60, ge=1, le=86_400, description="seconds between two flushes to the archive"
        )

    params: Params
