"""The product on MariaDB, whose line is cut while sessions trade."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import psutil
import pytest

from schema.home import Home
from tests.line import Line
from tests.stack import Stack, running_stack
from tests.wait import until

EAGER = {"threshold": 0.05, "position_size": 100, "stop_atr": 0.3, "target_atr": 0.3}


@pytest.fixture
def line(mariadb_url: str) -> Iterator[Line]:
    parts = urlsplit(mariadb_url)
    assert parts.hostname is not None
    assert parts.port is not None
    line = Line((parts.hostname, parts.port))
    yield line
    line.close()


@pytest.fixture
def stack(home: Home, free_port: int, mariadb_url: str, line: Line) -> Iterator[Stack]:
    url = mariadb_url.replace(f":{urlsplit(mariadb_url).port}/", f":{line.port}/")
    with running_stack(home, free_port, database_url=url, sandbox_speed=30) as stack:
        yield stack


def test_a_session_lives_on_mariadb_and_over_a_minute_without_it(stack: Stack, line: Line) -> None:
    session = stack.create(name="Größe 🚀", strategy_params=EAGER)
    pid = stack.start(session)
    until(lambda: stack.session(session)["trade_count"] >= 1, 40, "a trade in the database")

    line.cut()
    status, answer = stack.call("GET", f"/sessions/{session}")
    assert (status, answer["error"]["code"]) == (503, "database_down")
    assert stack.call("GET", "/readyz")[0] == 503
    assert stack.call("GET", "/healthz")[0] == 200
    before = len(json.loads(stack.home.trades(session).read_text()))
    until(lambda: len(json.loads(stack.home.trades(session).read_text())) > before, 40, "a trade meanwhile")
    assert psutil.pid_exists(pid)

    line.mend()
    until(lambda: stack.call("GET", "/readyz")[0] == 200, 20, "the database to be back")
    stack.post(f"/sessions/{session}/stop")
    trades = json.loads(stack.home.trades(session).read_text())
    found = stack.session(session)
    assert (found["name"], found["status"], found["trade_count"]) == ("Größe 🚀", "stopped", len(trades))
    assert found["total_pnl"] == pytest.approx(sum(t["pnl_usd"] for t in trades), abs=1e-6)
    events = stack.get(f"/sessions/{session}/events", type="trade", limit=200)
    assert events["total"] == len(trades)
    assert len({event["event_data"]["id"] for event in events["events"]}) == min(len(trades), 200)
