"""A run that the API refuses, since a newer one exists, ends itself, and that completes no session."""

from typing import Any

import pytest

from schema.archive.writer import CandleArchive
from schema.exits import Outcome
from schema.home import Home
from tests.bots.runner.test_heartbeat import serving
from tests.bots.runner.trading import session
from tests.schema.archive.samples import START, minutes

BACKTEST = {
    "type": "backtest", "wanted": "paused", "range_start": START + 600, "range_end": START + 60 * 400
}  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [{"type": "test"}, {"type": "scraper", "strategy": "MarketScraper"}, BACKTEST],
    ids=lambda fields: str(fields["type"]),
)
def test_a_refused_run_ends_terminated_and_says_why(home: Home, fields: dict[str, Any]) -> None:
    CandleArchive(home.archive).write("sandbox", "XBTUSD", minutes(500))
    with serving() as api:
        api.answer = (409, {"error": {"code": "stale_run", "message": "run 2 is the newest"}})
        url = f"http://127.0.0.1:{api.port}"
        with session(home, api_url=url, heartbeat_seconds=0.05, **fields) as run:
            assert run.code() == 0
            note = run.note()
            assert (note.outcome, note.message) == (Outcome.TERMINATED, "run 2 is the newest")
            assert "this run ends itself: run 2 is the newest" in run.log()
