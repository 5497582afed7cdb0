"""A session compiles in a process of its own, and goes on meanwhile."""

import sys
from pathlib import Path

import psutil
import pytest

from bots.runner.compiling import compile_apart
from tests.cli.up_stage import alive
from tests.wait import until


class Stopped(Exception):
    pass


def compilers() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [child for child in children if child.cmdline()[1:] == ["-m", "bots", "compile"]]


def test_a_session_that_is_told_to_stop_does_not_wait_for_the_compiler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    seen: list[psutil.Process] = []

    def idle() -> None:
        seen.extend(compilers())
        if len(seen) > 2:
            raise Stopped

    with pytest.raises(Stopped):
        compile_apart(idle)
    assert len({process.pid for process in seen}) == 1
    assert not seen[0].is_running()


def test_a_compiler_ends_with_its_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the session is killed, and can end nobody."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    code = "from bots.runner.compiling import compile_apart\ncompile_apart(lambda: None)"
    with psutil.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[3]) as session:

        def locked() -> bool:
            return any(tmp_path.glob("botyard/kernels/*/lock"))

        until(locked, 20, "the compiler to have begun")
        (compiler,) = session.children()
        session.kill()
    until(lambda: not alive(compiler.pid), what="the end of the compiler")
