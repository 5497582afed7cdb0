"""A session's life as the daemon drives it, with real processes."""

from schema.states import Status
from tests.supervisor.harness import Bench, runs


def test_start_answers_with_the_pid_of_a_running_process(bench: Bench) -> None:
    id, pid = bench.start()
    row = bench.row(id)
    assert runs(pid)
    assert (row.status, row.pid, row.run) == (Status.RUNNING, pid, 1)


def test_stop_answers_when_the_process_is_gone(bench: Bench) -> None:
    id, pid = bench.start()
    answer = bench.ask("stop", id=id)
    assert not runs(pid)
    assert answer["session"]["status"] == "stopped"
    assert bench.row(id).pid is None
    assert bench.events(id) == ["created", "started", "stopped"]
