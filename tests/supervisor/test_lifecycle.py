"""A session's life as the daemon drives it, with real processes."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from schema.control import DaemonError
from schema.db.models import SessionType
from schema.locks import probe
from schema.states import Status
from tests.processes import group_of
from tests.supervisor.harness import Bench, runs, title
from tests.wait import until


@pytest.fixture
def bench(shared_bench: Bench) -> Bench:
    return shared_bench


def refusal(bench: Bench, op: str, **fields: Any) -> DaemonError:
    with pytest.raises(DaemonError) as caught:
        bench.ask(op, **fields)
    return caught.value


def test_start_answers_with_the_pid_of_a_running_process(bench: Bench) -> None:
    id, pid = bench.start()
    row = bench.row(id)
    assert runs(pid)
    assert (row.status, row.pid, row.run) == (Status.RUNNING, pid, 1)
    assert title(pid) == f"botyard session {id}"


def test_stop_answers_when_the_process_is_gone(bench: Bench) -> None:
    id, pid = bench.start()
    answer = bench.ask("stop", id=id)
    assert not runs(pid)
    assert answer["session"]["status"] == "stopped"
    assert (bench.row(id).pid, bench.row(id).exit_outcome) == (None, "terminated")
    assert bench.events(id) == ["created", "started", "stopped"]
    assert [path for path in bench.home.run.iterdir() if path.name.startswith(id)] == []


def test_pause_and_resume_answer_when_it_is_so(bench: Bench) -> None:
    id, pid = bench.start()
    assert bench.ask("pause", id=id)["session"] == {
        "id": id,
        "status": "paused",
        "pid": pid,
        "run": 1,
        "started_at": bench.row(id).started_at,
    }
    assert bench.home.actual(id).read_text().count("paused") == 1
    assert bench.ask("resume", id=id)["session"]["status"] == "running"
    assert bench.events(id)[-2:] == ["paused", "resumed"]


def test_restart_gives_a_new_process_and_run(bench: Bench) -> None:
    id, pid = bench.start()
    session = bench.ask("restart", id=id)["session"]
    assert session["run"] == 2
    assert session["pid"] != pid
    assert not runs(pid)
    assert bench.events(id)[-3:] == ["stopped", "started", "restarted"]
    bench.ask("stop", id=id)
    assert bench.ask("restart", id=id)["session"]["run"] == 3
    assert bench.events(id)[-1] == "started"


def test_a_session_that_finishes_is_completed_with_its_results(bench: Bench) -> None:
    id, _ = bench.start("finish")
    row = bench.until_status(id, Status.COMPLETED)
    assert (row.trade_count, float(row.total_pnl), float(row.win_rate)) == (3, 12.5, 66.67)
    assert (row.exit_code, row.exit_outcome, row.pid) == (0, "finished", None)
    assert refusal(bench, "start", id=id).details == {"status": "completed", "allowed": []}


@pytest.mark.parametrize(
    ("program", "reason", "words"),
    [
        ("refuse", "strategy_error", "the strategy does not load"),
        ("raise_early", "error", "ZeroDivisionError: before it was ready"),
        ("vanish", "killed", "killed by SIGKILL"),
    ],
)
def test_a_start_that_fails_answers_with_the_childs_own_error(
    bench: Bench, program: str, reason: str, words: str
) -> None:
    id = bench.session(program)
    error = refusal(bench, "start", id=id)
    assert (error.code, error.message, error.details["reason"]) == ("start_failed", words, reason)
    row = bench.row(id)
    assert (row.status, row.pid, row.started_at) == (Status.CREATED, None, None)
    assert bench.events(id) == ["created", "started", "error"]
    assert not probe(bench.home.lock(id)).held


def test_the_childs_details_are_in_the_answer(bench: Bench) -> None:
    assert refusal(bench, "start", id=bench.session("refuse")).details["line"] == 7


def test_a_child_that_is_never_ready_is_ended_after_the_time_limit(stopped_bench: Bench) -> None:
    bench = stopped_bench
    bench.environment["BOTYARD_READY_SECONDS"] = "1"
    bench.start_daemon()
    id = bench.session("hang", SessionType.BACKTEST)  # which needs no agent to be ready in that time
    error = refusal(bench, "start", id=id)
    assert error.details["reason"] == "timeout"
    assert bench.row(id).status is Status.CREATED
    assert not probe(bench.home.lock(id)).held


def test_an_output_file_that_cannot_be_written_is_the_answer(bench: Bench) -> None:
    id = bench.session()
    bench.home.out(id).mkdir()
    error = refusal(bench, "start", id=id)
    assert error.details["reason"] == "not_writable"
    assert str(bench.home.out(id)) in error.message


def test_a_failed_start_of_a_stopped_session_leaves_it_stopped(bench: Bench) -> None:
    id, _ = bench.start()
    bench.ask("stop", id=id)
    bench.home.out(id).unlink()
    bench.home.out(id).mkdir()
    refusal(bench, "start", id=id)
    assert bench.row(id).status is Status.STOPPED


def test_of_two_starts_at_the_same_instant_exactly_one_wins(bench: Bench) -> None:
    id = bench.session()

    def start(_: int) -> str:
        try:
            return str(bench.ask("start", id=id)["ok"])
        except DaemonError as error:
            return error.code

    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(start, range(4)))
    assert answers == ["True", "conflict", "conflict", "conflict"]
    assert bench.row(id).run == 1


def test_many_starts_at_once(bench: Bench) -> None:
    ids = [bench.session() for _ in range(20)]
    with ThreadPoolExecutor(20) as threads:
        pids = list(threads.map(lambda id: bench.ask("start", id=id)["session"]["pid"], ids))
    assert len(set(pids)) == 20
    assert all(runs(pid) for pid in pids)


@pytest.mark.parametrize(
    ("op", "allowed"), [("stop", ["start"]), ("pause", ["start"]), ("resume", ["start"])]
)
def test_what_the_state_forbids_is_a_conflict(bench: Bench, op: str, allowed: list[str]) -> None:
    error = refusal(bench, op, id=bench.session())
    assert (error.code, error.details) == ("conflict", {"status": "created", "allowed": allowed})


def test_requests_that_mean_nothing_are_refused(bench: Bench) -> None:
    assert refusal(bench, "start", id="no-such-session").code == "not_found"
    assert refusal(bench, "start").code == "bad_request"
    assert refusal(bench, "dance").code == "bad_request"


def test_a_megabyte_of_output_is_kept_within_its_cap(bench: Bench) -> None:
    id, pid = bench.start("noisy")
    out = bench.home.out(id)
    older = out.with_name(out.name + ".1")
    assert out.stat().st_size + older.stat().st_size <= 2_100_000
    assert out.read_bytes().endswith(b"raw\n")
    assert runs(pid)


def test_a_child_keeps_no_descriptor_of_the_zygote(bench: Bench) -> None:
    _, first = bench.start()
    _, second = bench.start()
    for pid in (first, second):
        open_files = [os.readlink(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")]
        assert not [name for name in open_files if "socket" in name or "zygote" in name or "memfd" in name]
        assert os.readlink(f"/proc/{pid}/fd/0") == "/dev/null"


def test_a_deaf_session_is_killed_after_the_grace_period(stopped_bench: Bench) -> None:
    bench = stopped_bench
    bench.environment["BOTYARD_GRACE_SECONDS"] = "0.5"
    bench.start_daemon()
    id, pid = bench.start("deaf")
    assert bench.ask("stop", id=id)["session"]["status"] == "stopped"
    assert not runs(pid)
    row = bench.row(id)
    assert (row.exit_outcome, row.exit_signal, row.exit_code) == ("killed", 9, None)
    assert (row.exit_message, row.pid) == ("killed by SIGKILL", None)


def test_a_session_that_breaks_over_its_stop_is_stopped_and_tells_its_error(bench: Bench) -> None:
    id, _ = bench.start("breaks_at_the_end")
    assert bench.ask("stop", id=id)["session"]["status"] == "stopped"
    row = bench.row(id)
    assert (row.exit_outcome, row.exit_code) == ("error", 70)
    assert row.exit_message == "RuntimeError: it broke over its end"


def test_a_session_that_finishes_over_its_stop_is_completed(bench: Bench) -> None:
    id, _ = bench.start("finishes_at_the_end")
    assert bench.ask("stop", id=id)["session"]["status"] == "completed"
    assert (bench.row(id).exit_outcome, bench.row(id).exit_code) == ("finished", 0)


def test_what_a_session_started_ends_with_it(bench: Bench) -> None:
    id, pid = bench.start("parent")
    assert len(group_of(pid)) == 3
    bench.ask("stop", id=id)
    until(lambda: group_of(pid) == [])


def test_a_helper_that_left_the_group_and_keeps_the_lock_ends_too(bench: Bench) -> None:
    id, _ = bench.start("parent", params={"escape": True})
    bench.ask("stop", id=id)
    assert not probe(bench.home.lock(id)).held
    assert bench.ask("start", id=id)["session"]["run"] == 2
