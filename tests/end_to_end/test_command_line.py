"""`botyard` against the running product, as a person or a script uses it."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.stack import Stack
from tests.wait import until

EAGER = ("--param", "threshold=0.05", "--param", "stop_atr=0.3", "--param", "target_atr=0.3")
BTC = "binance-usdm-1m-2023-07/BTC_USDT_USDT-1m-futures.feather"


def botyard(stack: Stack, *words: str, code: int = 0, **environment: str) -> str:
    """Run a command; its standard output, or with an exit code that is expected to be no 0, its errors."""
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *words],
        env={**stack.environment, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done.stderr if code else done.stdout


def botyard_json(stack: Stack, *words: str) -> Any:
    return json.loads(botyard(stack, *words, "--json"))


def test_a_session_from_creation_to_deletion(stack: Stack) -> None:
    created = botyard_json(stack, "session", "create", "--market", "XBTUSD", "--name", "By hand", *EAGER)
    session = created["session"]["id"]
    assert "running" in botyard(stack, "session", "start", "By hand")
    assert "By hand" in botyard(stack, "session", "list", "--status", "running")
    shown = botyard(stack, "session", "show", session[-8:])
    assert "XBTUSD on sandbox" in shown
    assert "threshold=0.05" in shown
    assert "paused" in botyard(stack, "session", "pause", session)
    assert "running" in botyard(stack, "session", "resume", session)
    assert "running" in botyard(stack, "session", "restart", session)
    assert "stopped" in botyard(stack, "session", "stop", session)
    clone = botyard_json(stack, "session", "clone", session, "--name", "Copy")["session"]
    assert clone["cloned_from"] == session
    assert "deleted" in botyard(stack, "session", "delete", session, "--yes")
    assert botyard(stack, "session", "show", session, code=4)


def test_trades_metrics_and_logs_are_printed(stack: Stack) -> None:
    created = botyard_json(stack, "session", "create", "--market", "XBTUSD", *EAGER, "--start")
    session = created["session"]["id"]
    until(lambda: stack.get(f"/sessions/{session}/trades")["total"] >= 1, 50, "a trade")
    stack.post(f"/sessions/{session}/stop")
    assert "BTC" in botyard(stack, "session", "trades", session)
    assert botyard(stack, "session", "trades", session, "--csv").startswith("id,")
    assert "Win rate" in botyard(stack, "session", "metrics", session)
    log = botyard(stack, "session", "logs", session, "-n", "500")
    assert "ENTRY" in log
    only_trades = botyard(stack, "session", "logs", session, "-n", "500", "--level", "trade")
    assert only_trades
    assert "INFO" not in only_trades


def test_a_followed_log_goes_on(stack: Stack) -> None:
    session = stack.create()
    stack.start(session)
    command = [sys.executable, "-m", "cli.main", "session", "logs", "-f", session]
    with subprocess.Popen(command, env=stack.environment, stdout=subprocess.PIPE, text=True) as following:
        assert following.stdout is not None
        lines = [following.stdout.readline() for _ in range(8)]
        following.send_signal(signal.SIGINT)
    assert any("Market data received" in line for line in lines)
    stack.post(f"/sessions/{session}/stop")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("session", "show", "nobody"), 4),
        (("session", "create", "--market", "NOPE"), 6),
        (("session", "create", "--market", "XBTUSD", "--param", "threshold=7"), 6),
        (("session", "create"), 2),
        (("frobnicate",), 2),
    ],
)
def test_exit_codes_tell_what_was_wrong(stack: Stack, words: tuple[str, ...], code: int) -> None:
    assert botyard(stack, *words, code=code)


def test_each_refused_value_is_told_once_on_a_line_of_its_own(stack: Stack) -> None:
    words = ("session", "create", "--market", "XBTUSD", "--param", "threshold=7", "--param", "colour=red")
    said = botyard(stack, *words, code=6).splitlines()
    assert said[0] == "Error: 2 values are refused"
    assert [line.split(":")[0].strip() for line in said[1:]] == [
        "strategy_params.colour",
        "strategy_params.threshold",
    ]


def test_a_conflict_and_an_absent_api_have_codes_of_their_own(stack: Stack) -> None:
    session = stack.create()
    assert "created" in botyard(stack, "session", "stop", session, code=5)
    said = botyard(stack, "session", "list", code=3, BOTYARD_URL="http://127.0.0.1:1")
    assert "make up" in said


def test_strategies_and_markets_are_listed(stack: Stack) -> None:
    assert "PairTradeBot" in botyard(stack, "strategies")
    assert "threshold" in botyard(stack, "strategies", "TestBot")
    assert "XBTUSD" in botyard(stack, "markets")


def test_data_is_imported_and_listed(stack: Stack, data_dir: Path) -> None:
    options = ("--market", "XBTUSD", "--exchange", "bybit", "--timeframe", "1m")
    report = botyard(stack, "data", "import", str(data_dir / BTC), *options)
    assert "gaps" in report
    assert "duplicates" in report
    rows = botyard_json(stack, "data", "list")["data"]
    assert any((row["market"], row["exchange"]) == ("XBTUSD", "bybit") for row in rows)
    wrong = ("data", "import", __file__, *options)
    assert botyard(stack, *wrong, code=6)


def test_data_is_downloaded_once(stack: Stack) -> None:
    options = ("--market", "ETHUSD", "--from", "2024-01-15", "--to", "2024-01-15T03:00")
    first = botyard_json(stack, "data", "download", *options)
    assert (first["rows"], first["missing"]) == (180, 0)
    assert botyard_json(stack, "data", "download", *options)["rows"] == 0


def test_the_doctor_finds_a_running_installation_well(stack: Stack) -> None:
    findings = {f["subject"]: f for f in botyard_json(stack, "doctor")["findings"]}
    assert {findings[s]["level"] for s in ("database", "supervisor", "API", "exchange")} == {"ok"}


def test_the_doctor_says_what_to_do_about_a_missing_database(stack: Stack, tmp_path: Path) -> None:
    said = botyard(stack, "doctor", code=1, BOTYARD_HOME=str(tmp_path), BOTYARD_PORT="1")
    assert "checks failed" in said


def test_a_bad_setting_is_named(stack: Stack) -> None:
    assert "BOTYARD_PORT" in botyard(stack, "session", "list", code=6, BOTYARD_PORT="eighty")


def test_the_database_is_upgraded_without_the_api(stack: Stack, tmp_path: Path) -> None:
    assert "revision" in botyard(stack, "db", "upgrade", BOTYARD_HOME=str(tmp_path / "new"))
    assert (tmp_path / "new" / "botyard.db").exists()
