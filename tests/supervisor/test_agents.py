"""Agents are launched, watched, restarted and adopted like sessions."""

import os
import signal
from typing import Any

import pytest

from schema.control import DaemonError
from schema.db.models import SessionType
from schema.states import Status
from tests.supervisor.harness import Bench, now, runs, title, until_gone
from tests.wait import until


def agent(bench: Bench, name: str, other_than: int | None = None) -> dict[str, Any]:
    """The agent once it runs, under another PID than the one given."""

    def running() -> dict[str, Any] | None:
        for one in bench.ask("agents")["agents"]:
            if one["name"] == name and one["state"] == "running" and one["pid"] != other_than:
                return dict(one)
        return None

    found = until(running, 10, f"agent {name}")
    assert found is not None
    return found


def test_the_agents_of_the_default_exchange_run_without_being_asked_for(bench: Bench) -> None:
    sandbox, data = agent(bench, "sandbox"), agent(bench, "data-sandbox")
    assert title(sandbox["pid"]) == "botyard agent sandbox"
    assert title(data["pid"]) == "botyard agent data-sandbox"


def test_an_agent_that_dies_is_started_again(bench: Bench) -> None:
    pid = agent(bench, "sandbox")["pid"]
    os.kill(pid, signal.SIGKILL)
    again = agent(bench, "sandbox", other_than=pid)
    assert again["restarts"] == 1
    assert runs(again["pid"])


def test_agents_are_adopted(bench: Bench) -> None:
    pid = agent(bench, "data-sandbox")["pid"]
    bench.kill_daemon()
    bench.start_daemon()
    assert agent(bench, "data-sandbox")["pid"] == pid
    os.kill(pid, signal.SIGKILL)
    agent(bench, "data-sandbox", other_than=pid)


def test_a_session_of_another_exchange_brings_its_agent(bench: Bench) -> None:
    bench.start(exchange="bybit")
    assert agent(bench, "data-bybit")["restarts"] == 0


def test_a_shutdown_ends_agents(bench: Bench) -> None:
    pids = [agent(bench, "sandbox")["pid"], agent(bench, "data-sandbox")["pid"]]
    bench.ask("shutdown")
    for pid in pids:
        until_gone(pid)


@pytest.mark.parametrize("name", ["nobody", "data-nowhere", "data-bitmex"])
def test_an_agent_that_there_is_not_is_a_bad_request(shared_bench: Bench, name: str) -> None:
    with pytest.raises(DaemonError) as caught:
        shared_bench.ask("ensure_agent", name=name)
    assert caught.value.code == "bad_request"


def test_an_agent_can_be_asked_for(shared_bench: Bench) -> None:
    assert shared_bench.ask("ensure_agent", name="data-bybit")["agent"]["state"] == "running"


def test_a_backtest_brings_its_agent_too(bench: Bench) -> None:
    bench.start(type=SessionType.BACKTEST, exchange="bybit")
    assert agent(bench, "data-bybit")["restarts"] == 0


def test_a_backtest_starts_without_an_agent_that_cannot(stopped_bench: Bench) -> None:
    bench = stopped_bench
    (bench.home.root / "agents").write_text("trouble_early")
    bench.start_daemon()
    id, pid = bench.start(type=SessionType.BACKTEST)
    assert runs(pid)
    assert bench.row(id).status is Status.RUNNING


def test_a_backtest_does_not_wait_for_an_agent_that_hangs(stopped_bench: Bench) -> None:
    bench = stopped_bench
    (bench.home.root / "agents").write_text("hang")
    bench.environment["BOTYARD_READY_SECONDS"] = "20"
    bench.start_daemon()
    asked = now()
    _, pid = bench.start(type=SessionType.BACKTEST, exchange="bybit")
    assert runs(pid)
    assert now() - asked < 10


def test_a_backtest_over_a_closed_exchange_starts(bench: Bench) -> None:
    _, pid = bench.start(type=SessionType.BACKTEST, exchange="bitmex")
    assert runs(pid)


def test_a_session_whose_agent_does_not_start_is_refused_for_that_and_stays_as_it_was(
    stopped_bench: Bench,
) -> None:
    bench = stopped_bench
    (bench.home.root / "agents").write_text("trouble_early")
    bench.start_daemon()
    id = bench.session()
    with pytest.raises(DaemonError) as caught:
        bench.ask("start", id=id)
    assert caught.value.code == "agent_down"
    assert caught.value.details == {"part": "sandbox", "reason": "outside"}
    assert "the exchange does not answer" in caught.value.message
    assert (bench.row(id).status, bench.row(id).run, bench.events(id)) == (Status.CREATED, 0, ["created"])
