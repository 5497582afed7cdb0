"""A new daemon finds what the last one left: running, ended, half started, or in the way."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from schema.control import DaemonDown
from schema.db import status
from schema.exits import ExitNote, Outcome, boot_id, write_exit_note
from schema.home import Home
from schema.locks import LockInfo, probe
from schema.states import Event, Status
from schema.wants import Actual, Want, write_actual, write_want
from tests.supervisor.harness import Bench, runs, start_of, until_gone
from tests.wait import until


def test_sessions_outlive_a_killed_daemon_and_are_adopted(bench: Bench) -> None:
    started = [bench.start() for _ in range(5)]
    paused, _ = started[0]
    bench.ask("pause", id=paused)
    bench.zygote_pid()
    bench.kill_daemon()
    assert all(runs(pid) for _, pid in started)
    bench.start_daemon()
    for id, pid in started:
        assert bench.row(id).pid == pid
        assert runs(pid)
        assert bench.row(id).run == 1
        assert bench.ask("stop", id=id)["session"]["status"] == "stopped"
        assert not runs(pid)
    assert bench.events(paused) == ["created", "started", "paused", "adopted", "stopped"]


def test_an_adopted_session_is_watched(bench: Bench) -> None:
    id, pid = bench.start()
    bench.kill_daemon()
    bench.start_daemon()
    os.kill(pid, signal.SIGKILL)
    assert bench.until_status(id, Status.FAILED).exit_signal == 9


def test_the_next_daemon_keeps_the_zygote(bench: Bench) -> None:
    zygote = bench.zygote_pid()
    bench.kill_daemon()
    bench.start_daemon()
    assert bench.zygote_pid() == zygote
    _, pid = bench.start()
    assert runs(pid)


def test_terminating_the_daemon_detaches_it(bench: Bench) -> None:
    id, pid = bench.start()
    bench.kill_daemon(signal.SIGTERM)
    assert bench.daemon is not None
    assert bench.daemon.returncode == 0
    assert runs(pid)
    bench.start_daemon()
    assert bench.row(id).pid == pid


def test_ends_without_a_daemon_are_booked_by_the_next(bench: Bench) -> None:
    killed, killed_pid = bench.start()
    finished, finished_pid = bench.start("finish", params={"seconds": 1})
    bench.zygote_pid()
    bench.kill_daemon()
    os.kill(killed_pid, signal.SIGKILL)
    until_gone(killed_pid)
    until_gone(finished_pid)
    bench.start_daemon()
    assert bench.until_status(killed, Status.FAILED).exit_message == "killed by SIGKILL"
    assert bench.until_status(finished, Status.COMPLETED).trade_count == 3


def test_a_start_that_was_written_down_but_not_carried_out_is_carried_out(stopped_bench: Bench) -> None:
    id = stopped_bench.session()
    status.change_status(stopped_bench.engine, id, Event.START)
    stopped_bench.start_daemon()
    stopped_bench.until_run(id, 2)
    assert stopped_bench.row(id).status is Status.RUNNING


def test_a_start_that_failed_unbooked_puts_the_session_back(stopped_bench: Bench) -> None:
    bench = stopped_bench
    id = bench.session()
    run = status.change_status(bench.engine, id, Event.START).run
    write_want(bench.home.want(id), Want(run, "running"))
    write_exit_note(bench.home.exit_note(id), ExitNote(id, run, 1, Outcome.ERROR, code=70, message="no luck"))
    bench.start_daemon()
    bench.until_status(id, Status.CREATED)
    assert bench.last_event(id)["message"] == "no luck"


def test_a_stop_that_was_asked_for_before_the_daemon_died_is_done(bench: Bench) -> None:
    id, pid = bench.start()
    bench.zygote_pid()
    bench.kill_daemon()
    write_want(bench.home.want(id), Want(1, "stopped"))
    bench.start_daemon()
    bench.until_status(id, Status.STOPPED)
    assert not runs(pid)


def test_a_stop_whose_daemon_dies_over_the_grace_period_is_done_by_the_next(stopped_bench: Bench) -> None:
    bench = stopped_bench
    bench.environment["BOTYARD_GRACE_SECONDS"] = "30"
    bench.start_daemon()
    id, pid = bench.start("deaf")
    bench.zygote_pid()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(bench.ask, "stop", id=id)
        until(lambda: '"stopped"' in bench.home.want(id).read_text(), 5, "the stop to be noted")
        bench.kill_daemon()
        with pytest.raises(DaemonDown):
            answer.result(5)
    assert runs(pid)
    assert bench.row(id).status is Status.RUNNING
    bench.environment["BOTYARD_GRACE_SECONDS"] = "0.2"
    bench.start_daemon()
    row = bench.until_status(id, Status.STOPPED)
    assert not runs(pid)
    assert (row.exit_outcome, row.exit_signal, row.exit_message) == ("killed", 9, "killed by SIGKILL")
    assert bench.events(id)[-1] == "stopped"


def test_a_stopped_session_that_died_without_a_daemon_is_stopped(bench: Bench) -> None:
    """Daemon and bot both die between the stop that was asked for and its end."""
    id, pid = bench.start("deaf")
    bench.zygote_pid()
    bench.kill_daemon()
    write_want(bench.home.want(id), Want(1, "stopped"))
    os.kill(pid, signal.SIGKILL)
    until_gone(pid)
    bench.start_daemon()
    row = bench.until_status(id, Status.STOPPED)
    assert (row.exit_outcome, row.exit_signal, row.pid) == ("killed", 9, None)


def test_a_process_whose_session_is_not_live_is_ended(bench: Bench) -> None:
    id, pid = bench.start()
    bench.zygote_pid()
    bench.kill_daemon()
    status.change_status(bench.engine, id, Event.STOP)
    bench.start_daemon()
    until_gone(pid)
    assert bench.row(id).status is Status.STOPPED


def test_a_process_of_another_run_is_ended_and_the_rows_own_launched(bench: Bench) -> None:
    id, pid = bench.start()
    bench.zygote_pid()
    bench.kill_daemon()
    status.relaunch(bench.engine, id, run=1)
    bench.start_daemon()
    until_gone(pid)
    bench.until_run(id, 3)


def test_a_lock_kept_beyond_its_leader_is_freed(bench: Bench) -> None:
    id, pid = bench.start("parent")
    zygote = bench.zygote_pid()
    bench.kill_daemon()
    os.kill(zygote, signal.SIGKILL)  # else it would end the group with its leader
    until_gone(zygote)
    os.kill(pid, signal.SIGKILL)
    until_gone(pid)
    assert probe(bench.home.lock(id)).held
    bench.start_daemon()
    row = bench.until_status(id, Status.FAILED)
    assert row.exit_message == "it ended without leaving word"
    assert not probe(bench.home.lock(id)).held


def test_a_pid_that_came_back_as_somebody_else_is_left_alone(stopped_bench: Bench) -> None:
    """The lock file of an ended run names a PID that another program has by now."""
    bench = stopped_bench
    id = bench.session()
    row = status.change_status(bench.engine, id, Event.START)
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    try:
        info = LockInfo(other.pid, start_of(other.pid) - 1, row.run, boot_id(), 0)
        bench.home.lock(id).write_text(json.dumps(dataclasses.asdict(info)))
        write_actual(bench.home.actual(id), Actual(row.run, other.pid, "running"))
        bench.start_daemon()
        bench.until_status(id, Status.FAILED)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_sessions_come_back_after_the_machine_was_started_anew(stopped_bench: Bench) -> None:
    bench = stopped_bench
    id = bench.session()
    row = status.change_status(bench.engine, id, Event.START)
    info = LockInfo(4_000_000, 1, row.run, "another-boot:1", 0)
    bench.home.lock(id).write_text(json.dumps(dataclasses.asdict(info)))
    bench.start_daemon()
    bench.until_run(id, 2)
    assert bench.last_event(id)["reason"] == "the machine was started anew"


def test_after_a_shutdown_sessions_come_back_as_they_were(stopped_bench: Bench) -> None:
    bench = stopped_bench
    bench.environment["BOTYARD_GRACE_SECONDS"] = "0.5"
    bench.start_daemon()
    running, running_pid = bench.start()
    paused, paused_pid = bench.start()
    deaf, deaf_pid = bench.start("deaf")
    stopped, _ = bench.start()
    bench.ask("pause", id=paused)
    bench.ask("stop", id=stopped)
    zygote = bench.zygote_pid()
    agents = [agent["pid"] for agent in bench.ask("agents")["agents"]]
    assert bench.ask("shutdown")["sessions"] == 3
    assert bench.daemon is not None
    assert bench.daemon.wait(30) == 0
    assert not [pid for pid in (running_pid, paused_pid, deaf_pid, zygote, *agents) if runs(pid)]
    bench.start_daemon()
    for id in (running, paused, deaf):
        bench.until_run(id, 2)
    assert bench.row(running).status is Status.RUNNING
    assert bench.row(paused).status is Status.PAUSED
    until(lambda: "paused" in bench.home.actual(paused).read_text())
    assert bench.row(stopped).status is Status.STOPPED


def test_two_homes_run_side_by_side(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = Bench(Home.at(tmp_path_factory.mktemp("other")).ensure())
    try:
        other.start_daemon()
        _, mine = bench.start()
        _, theirs = other.start()
        other.ask("shutdown")
        until_gone(theirs)
        assert runs(mine)
    finally:
        other.clear_away()
