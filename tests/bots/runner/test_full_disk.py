"""A session that can write nothing trades on, loses no trade, and says so once there is space again."""

import json
import resource

from schema.home import Home
from tests.bots.runner.test_heartbeat import Server, serving
from tests.bots.runner.trading import ID, market, session
from tests.wait import until

START = 1_700_000_040.0
_HARD = resource.getrlimit(resource.RLIMIT_FSIZE)[1]


def full(pid: int, is_full: bool) -> None:
    """From now on no file of that process can grow: to it, the disk is full."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1 if is_full else _HARD, _HARD))


def until_closed(api: Server, trades: int) -> None:
    until(lambda: api.received and api.received[-1][1]["trade_count"] == trades, 10, f"{trades} trades told")


def test_trades_of_a_full_disk_are_written_when_there_is_space(home: Home) -> None:
    with serving() as api, market(home) as exchange:
        url = f"http://127.0.0.1:{api.port}"
        with session(home, api_url=url, heartbeat_seconds=0.05) as run:
            exchange.accept()
            for minute in range(4):
                exchange.minute(START + 60 * minute)
            run.until_trades(2)
            full(run.pid, True)
            for minute in range(4, 10):
                exchange.minute(START + 60 * minute)
            until_closed(api, 5)
            assert run.runs()
            run.until_trades(2)
            full(run.pid, False)
            run.until_trades(5)
            run.until_logged("files can be written again")
            assert "log lines were lost here: File too large" in run.log()
            assert run.stop() == 0
        trades = json.loads(home.trades(ID).read_text())
        assert [trade["id"] for trade in trades] == [1, 2, 3, 4, 5]


def test_what_a_killed_session_could_not_write_is_done_again_from_its_snapshot(home: Home) -> None:
    with serving() as api, market(home) as exchange:
        url = f"http://127.0.0.1:{api.port}"
        with session(home, api_url=url, heartbeat_seconds=0.05) as run:
            exchange.accept()
            for minute in range(3):  # the third one opens a position
                exchange.minute(START + 60 * minute)
            run.until_logged("ENTRY LONG @ 30,000 (100 contracts)")
            until(lambda: run.log().count("ENTRY LONG") == 2, 10, "the second entry")
            full(run.pid, True)
            exchange.minute(START + 180)
            until_closed(api, 2)
        exchange.again()
        with session(home, run=2) as run:
            exchange.accept()
            exchange.minute(START + 240)
            run.until_trades(2)  # its position was open in the snapshot, and is closed now
            assert run.stop() == 0
        trades = json.loads(home.trades(ID).read_text())
        assert [(trade["id"], trade["run"]) for trade in trades] == [(1, 1), (2, 2)]


def test_a_stop_right_after_there_is_space_again_writes_everything(home: Home) -> None:
    with serving() as api, market(home) as exchange:
        url = f"http://127.0.0.1:{api.port}"
        with session(home, api_url=url, heartbeat_seconds=0.05) as run:
            exchange.accept()
            full(run.pid, True)
            exchange.minute(START)
            exchange.minute(START + 60)
            until_closed(api, 1)
            full(run.pid, False)
            assert run.stop() == 0
            run.until_trades(1)


def test_a_stop_while_the_disk_is_full_tells_what_was_not_written(home: Home) -> None:
    with serving() as api, market(home) as exchange:
        url = f"http://127.0.0.1:{api.port}"
        with session(home, api_url=url, heartbeat_seconds=0.05) as run:
            exchange.accept()
            full(run.pid, True)
            exchange.minute(START)
            exchange.minute(START + 60)
            until_closed(api, 1)
            assert run.stop() == 75
