"""Small programs that the daemon's tests run as children in place of bots; a strategy's name says which."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from bots.child import Program, run_program
from bots.process import BadSpec, Ending, OutsideTrouble, Process
from schema.exits import Outcome
from schema.spec import LaunchSpec


def main(spec: LaunchSpec, ready_fd: int) -> int:
    """The entry point that the zygote is given."""
    return run_program(spec, ready_fd, lambda: _program(spec))


main_of_newer_code = main


def _program(spec: LaunchSpec) -> Program:
    if spec.kind == "describe":
        return describe
    if spec.kind == "agent":
        return agent
    return PROGRAMS[spec.strategy]


def loop(process: Process, spec: LaunchSpec) -> None:
    """Ready at once, then do as one is told."""
    process.ready()
    _serve(process)


def _serve(process: Process) -> None:
    state = process.wanted
    while not process.stopping:
        process.wait(60)
        if process.wanted != state:
            state = process.wanted
            process.announce(state)


def agent(process: Process, spec: LaunchSpec) -> None:
    """An agent; the home's file `agents` may name another program that it then runs."""
    told = process.home.root / "agents"
    program = PROGRAMS[told.read_text()] if told.exists() else loop
    program(process, spec)


def tell(process: Process, spec: LaunchSpec) -> None:
    """Prints its environment."""
    for name, value in os.environ.items():
        print(f"{name}={value}")
    loop(process, spec)


def finish(process: Process, spec: LaunchSpec) -> None:
    """Run for a moment and finish, with results."""
    process.ready()
    process.wait(spec.strategy_params.get("seconds", 0.05))
    metrics = '{"trade_count": 3, "total_pnl": 12.5, "win_rate": 66.67, "max_drawdown": 1.5, "run": %d}'
    process.home.metrics(spec.id).write_text(metrics % spec.run)


def refuse(process: Process, spec: LaunchSpec) -> None:
    raise BadSpec("the strategy does not load", "strategy_error", {"line": 7})


def raise_early(process: Process, spec: LaunchSpec) -> None:
    raise ZeroDivisionError("before it was ready")


def vanish(process: Process, spec: LaunchSpec) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hang(process: Process, spec: LaunchSpec) -> None:
    """Never ready, and deaf."""
    while True:
        time.sleep(1)


def deaf(process: Process, spec: LaunchSpec) -> None:
    """Ready, and then neither stops nor pauses."""
    process.ready()
    while True:
        time.sleep(1)


def crash(process: Process, spec: LaunchSpec) -> None:
    process.ready()
    process.wait(spec.strategy_params.get("seconds", 0.05))
    raise RuntimeError("the strategy broke")


def breaks_at_the_end(process: Process, spec: LaunchSpec) -> None:
    loop(process, spec)
    raise RuntimeError("it broke over its end")


def finishes_at_the_end(process: Process, spec: LaunchSpec) -> Ending:
    loop(process, spec)
    return Ending(Outcome.FINISHED)


def trouble(process: Process, spec: LaunchSpec) -> None:
    process.ready()
    raise OutsideTrouble("the exchange does not answer")


def trouble_early(process: Process, spec: LaunchSpec) -> None:
    raise OutsideTrouble("the exchange does not answer")


def wrong_later(process: Process, spec: LaunchSpec) -> None:
    process.ready()
    raise BadSpec("no such market after all")


def exits(process: Process, spec: LaunchSpec) -> None:
    """Ends with code 0 without a word, as a strategy that calls os._exit would."""
    process.ready()
    os._exit(0)


def terminates(process: Process, spec: LaunchSpec) -> Ending | None:
    """Its first run ends as one that was terminated by somebody; the next ones stay."""
    process.ready()
    if spec.run == 1:
        return Ending(Outcome.TERMINATED)
    _serve(process)
    return None


def noisy(process: Process, spec: LaunchSpec) -> None:
    """Prints four megabytes before it is ready."""
    for _ in range(4_000):
        print("x" * 999)
    os.write(1, b"raw\n")
    loop(process, spec)


def parent(process: Process, spec: LaunchSpec) -> None:
    """Has a child of its own that keeps the lock; `escape` puts that one into another process group."""
    if os.fork() == 0:
        if spec.strategy_params.get("escape"):
            os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            time.sleep(1)
    helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    process.ready(helper=helper.pid)
    _serve(process)


def describe(process: Process, spec: LaunchSpec) -> None:
    """One built-in strategy and one for each file of the user's folder."""
    found = [{"id": "BuiltIn", "name": "Built-in", "supported_types": ["test"], "unknown": 1}]
    for path in sorted(process.home.strategies.glob("*.py")):
        if path.stem == "hang":
            time.sleep(600)
        found.append({"id": path.stem, "name": path.stem, "source": "user", "error": None})
    process.ready(strategies=found)


PROGRAMS: dict[str, Callable[[Process, LaunchSpec], Ending | None]] = {
    function.__name__: function
    for function in (
        loop,
        tell,
        finish,
        refuse,
        raise_early,
        vanish,
        hang,
        deaf,
        crash,
        breaks_at_the_end,
        finishes_at_the_end,
        trouble,
        trouble_early,
        wrong_later,
        exits,
        terminates,
        noisy,
        parent,
    )
}
