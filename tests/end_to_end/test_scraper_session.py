"""A scraper collects a market into the archive, and goes on after a stop without duplicates."""

from tests.stack import Stack
from tests.wait import until


def test_a_scraper_counts_data_points_and_its_candles_can_be_looked_at(stack: Stack) -> None:
    session = stack.create(
        type="scraper", strategy="MarketScraper", market="SOLUSD", strategy_params={"archive_interval": 1}
    )
    stack.start(session)
    until(lambda: (stack.session(session)["data_points"] or 0) > 20, 30, "data points")
    markets = {m["market"]: m for m in stack.get("/markets")["markets"]}
    assert markets["SOLUSD"]["scraping"] is True
    until(lambda: _candles(stack) >= 2, 30, "candles in the archive")
    stack.post(f"/sessions/{session}/stop")
    before = stack.session(session)["data_points"]

    stack.start(session)
    until(lambda: (stack.session(session)["data_points"] or 0) > before, 30, "more data points")
    stack.post(f"/sessions/{session}/stop")
    stamps = [c["timestamp"] for c in stack.get("/markets/SOLUSD/candles", points=1000)["candles"]]
    assert len(stamps) == len(set(stamps))
    assert stamps == list(range(stamps[0], stamps[-1] + 60, 60))
    markets = {m["market"]: m for m in stack.get("/markets")["markets"]}
    assert markets["SOLUSD"]["scraping"] is False
    assert markets["SOLUSD"]["last_data"] is not None


def _candles(stack: Stack) -> int:
    return len(stack.get("/markets/SOLUSD/candles", points=1000)["candles"])
