"""Being a good child: signals, wants, readiness, exit notes, output. Each test forks a real one."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from bots.child import program, run_program
from bots.process import BadSpec, Ending, OutsideTrouble, Process
from schema.exits import ExitNote, Outcome, read_exit_note
from schema.home import Home
from schema.locks import ProcessLock, probe
from schema.readiness import Ready, Refused, decode
from schema.spec import LaunchSpec
from schema.wants import Want, read_actual, write_want
from tests.wait import until

Program = Callable[[Process, LaunchSpec], Ending | None]


@dataclass
class Forked:
    """A child that the test forked as the zygote would."""

    home: Home
    pid: int
    ready: int

    def line(self) -> Ready | Refused:
        with open(self.ready, "rb") as file:
            return decode(file.readline())

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def code(self) -> int:
        """Exit code; negative for a signal."""

        def ended() -> tuple[int] | None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            _forked.discard(pid)
            return (os.waitstatus_to_exitcode(status),) if pid else None

        found = until(ended, 10)
        assert found is not None
        return found[0]

    def note(self) -> ExitNote:
        note = read_exit_note(self.home.exit_note("s"))
        assert note is not None
        return note

    def state(self) -> str | None:
        actual = read_actual(self.home.actual("s"))
        return actual.state if actual else None


_forked: set[int] = set()


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """A test that fails leaves no child behind."""
    yield
    for pid in _forked:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    _forked.clear()


def fork(home: Home, program: Program, **spec: object) -> Forked:
    read_end, write_end = os.pipe()
    launched = LaunchSpec(kind="session", id="s", run=4, home=str(home.root), **spec)  # type: ignore[arg-type]
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            os.setsid()
            os.closerange(3, write_end)
            os.closerange(write_end + 1, 1024)
            code = run_program(launched, write_end, lambda: program)
        finally:
            os._exit(code)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.close(write_end)
    _forked.add(pid)
    return Forked(home, pid, read_end)


def serve(process: Process, _: LaunchSpec) -> None:
    process.ready(hello=1)
    state = process.wanted
    while not process.stopping:
        process.wait(30)
        if process.wanted != state:
            state = process.wanted
            process.announce(state)


def test_it_locks_says_ready_and_stops_when_told(home: Home) -> None:
    child = fork(home, serve)
    said = child.line()
    assert isinstance(said, Ready)
    assert (said.pid, said.info) == (child.pid, {"hello": 1})
    info = probe(home.lock("s")).info
    assert info is not None
    assert (info.pid, info.start, info.run) == (child.pid, said.start, 4)
    child.send(signal.SIGTERM)
    assert child.code() == 0
    assert (child.note().outcome, child.note().run, child.note().pid) == (Outcome.TERMINATED, 4, child.pid)
    assert not probe(home.lock("s")).held


def test_a_signal_that_came_before_the_handlers_is_not_lost(home: Home) -> None:
    """It is blocked from the fork on, and delivered when the handlers stand."""
    child = fork(home, serve)
    child.send(signal.SIGTERM)
    assert child.code() == 0
    assert child.note().outcome is Outcome.TERMINATED


def test_a_signal_ends_a_wait_at_once(home: Home) -> None:
    child = fork(home, serve)
    child.line()
    before = time.monotonic()
    child.send(signal.SIGTERM)
    child.code()
    assert time.monotonic() - before < 5  # it waits 30 s at a time


def test_wants_are_read_at_the_signal_and_announced(home: Home) -> None:
    child = fork(home, serve)
    child.line()
    assert child.state() == "running"
    write_want(home.want("s"), Want(4, "paused"))
    child.send(signal.SIGUSR1)
    until(lambda: child.state() == "paused")
    write_want(home.want("s"), Want(3, "running"))  # meant for an older run
    child.send(signal.SIGUSR1)
    write_want(home.want("s"), Want(4, "running"))
    child.send(signal.SIGUSR1)
    until(lambda: child.state() == "running")
    child.send(signal.SIGTERM)
    child.code()


def test_launched_as_paused_it_is_paused_from_the_beginning(home: Home) -> None:
    child = fork(home, serve, wanted="paused")
    child.line()
    assert child.state() == "paused"
    child.send(signal.SIGTERM)
    child.code()


def test_it_fits_an_asyncio_loop(home: Home) -> None:
    def run(process: Process, _: LaunchSpec) -> None:
        async def serving() -> None:
            done = asyncio.Event()

            def changed() -> None:
                process.announce(process.wanted)
                if process.stopping:
                    done.set()

            process.attach(asyncio.get_running_loop(), changed)
            process.ready()
            await done.wait()

        asyncio.run(serving())

    child = fork(home, run)
    child.line()
    write_want(home.want("s"), Want(4, "paused"))
    child.send(signal.SIGUSR1)
    until(lambda: child.state() == "paused")
    child.send(signal.SIGTERM)
    assert child.code() == 0
    assert child.note().outcome is Outcome.TERMINATED


def test_wait_tells_which_descriptors_have_input(home: Home) -> None:
    def run(process: Process, _: LaunchSpec) -> None:
        read_end, write_end = os.pipe()
        assert process.wait(0, read_end) == []
        os.write(write_end, b"x")
        assert process.wait(10, read_end) == [read_end]

    child = fork(home, run)
    assert child.code() == 0
    assert child.note().outcome is Outcome.FINISHED


def fails(error: BaseException) -> Program:
    def run(process: Process, _: LaunchSpec) -> None:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (BadSpec("no", "bad_market", {"field": "market"}), 64, ("bad_market", "no")),
        (OutsideTrouble("away"), 75, ("outside", "away")),
        (KeyError("x"), 70, ("error", "KeyError: 'x'")),
        (SystemExit(0), 70, ("error", "SystemExit: 0")),
        (MemoryError(), 70, ("error", "MemoryError")),
    ],
)
def test_errors_before_readiness_are_said_and_noted(
    home: Home, error: BaseException, code: int, said: tuple[str, str]
) -> None:
    child = fork(home, fails(error))
    line = child.line()
    assert isinstance(line, Refused)
    assert (line.code, line.message) == said
    assert child.code() == code
    assert (child.note().outcome, child.note().code) == (Outcome.ERROR, code)


def test_an_error_after_readiness_is_noted_with_its_traceback(home: Home) -> None:
    def run(process: Process, _: LaunchSpec) -> None:
        process.ready()
        raise RuntimeError("later")

    child = fork(home, run)
    assert isinstance(child.line(), Ready)
    assert child.code() == 70
    assert "RuntimeError: later" in child.note().details["traceback"][-1]
    assert "RuntimeError: later" in home.out("s").read_text()


def test_what_caused_a_refusal_is_in_the_output(home: Home) -> None:
    def run(process: Process, _: LaunchSpec) -> None:
        process.ready()
        raise BadSpec("mine.py, line 3") from RuntimeError("the cause")

    child = fork(home, run)
    assert isinstance(child.line(), Ready)
    assert child.code() == 64
    assert child.note().message == "mine.py, line 3"
    assert "RuntimeError: the cause" in home.out("s").read_text()


def test_a_second_process_of_the_same_session_is_refused(home: Home) -> None:
    lock = ProcessLock.acquire(home.lock("s"), 3)
    child = fork(home, serve)
    line = child.line()
    assert isinstance(line, Refused)
    assert line.code == "already_running"
    assert child.code() == 70
    assert read_exit_note(home.exit_note("s")) is None
    lock.release()


def test_nobody_listening_for_readiness_is_no_error(home: Home) -> None:
    child = fork(home, serve)
    os.close(child.ready)
    until(lambda: child.state() == "running")
    child.send(signal.SIGTERM)
    assert child.code() == 0


def test_output_is_capped_and_input_is_empty(home: Home) -> None:
    def run(process: Process, _: LaunchSpec) -> None:
        assert sys.stdin.read() == ""
        for number in range(30_000):
            print(f"{number:06d}", "y" * 93)
        os.write(2, b"unbuffered\n")
        process.ready()

    child = fork(home, run)
    child.line()
    child.code()
    out = home.out("s")
    sizes = [path.stat().st_size for path in (out, out.with_name("s.out.1"))]
    assert sum(sizes) <= 2_001_000
    assert out.read_text().endswith("029999 " + "y" * 93 + "\nunbuffered\n")


def test_a_surrogate_in_output_harms_nothing(home: Home) -> None:
    def run(process: Process, _: LaunchSpec) -> None:
        print("\udc80 and \U0001f600")

    child = fork(home, run)
    assert child.code() == 0
    assert home.out("s").read_text() == "\\udc80 and \U0001f600\n"


def test_quit_prints_the_stacks(home: Home) -> None:
    child = fork(home, serve)
    child.line()
    child.send(signal.SIGQUIT)
    until(lambda: "most recent call first" in home.out("s").read_text())
    child.send(signal.SIGTERM)
    assert child.code() == 0


def test_what_a_terminal_sends_is_not_meant_for_it(home: Home) -> None:
    child = fork(home, serve)
    child.line()
    child.send(signal.SIGINT)
    child.send(signal.SIGHUP)
    child.send(signal.SIGTERM)
    assert child.code() == 0
    assert child.note().outcome is Outcome.TERMINATED


def test_an_unknown_kind_is_a_bad_specification(home: Home) -> None:
    with pytest.raises(BadSpec):
        program(LaunchSpec(kind="agent", id="nobody", run=1, home=str(home.root)))
