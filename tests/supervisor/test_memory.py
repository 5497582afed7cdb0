"""What keeps a session small: filled gaps, moved code, a rehearsal. It may cost memory, never a start."""

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from schema.home import Home
from schema.processes import read_stat
from supervisor.hot_code import move_together, recorded, rehearsed
from supervisor.zygote_client import ZygoteClient
from tests.supervisor.harness import ROOT
from tests.wait import until


def _outer(base: int, *more: int, factor: int = 2) -> list[int]:
    def inner(value: int) -> int:
        return value * factor + base

    return [inner(value) for value in more]


def test_moved_functions_still_work() -> None:
    with recorded() as codes:
        before = _outer(1, 2, 3, factor=5)
    code = _outer.__code__
    assert code in codes
    move_together(codes)
    assert _outer.__code__ is not code
    assert _outer(1, 2, 3, factor=5) == before == [11, 16]
    assert _outer.__defaults__ is None
    assert _outer.__kwdefaults__ == {"factor": 2}


def test_code_of_others_is_left_where_it_is(tmp_path: Path) -> None:
    names: dict[str, object] = {}
    exec(compile("def users(): return 7", str(tmp_path / "strategy.py"), "exec"), names)
    users = names["users"]
    code = users.__code__  # type: ignore[attr-defined]
    move_together([code])
    assert users.__code__ is code  # type: ignore[attr-defined]


def test_recording_ends_with_its_block_and_sees_threads() -> None:
    def work() -> None:
        pass

    with recorded() as codes:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert work.__code__ in codes
    assert sys.getprofile() is threading.getprofile() is None


def test_what_is_rehearsed_runs_again_after_its_code_was_moved() -> None:
    runs = []
    rehearsed(lambda: runs.append(_outer(0, 1)))
    assert runs == [[2], [2]]


@pytest.mark.parametrize("allocator", ["pymalloc", "malloc"])
def test_filling_gaps_is_bounded_whatever_the_allocator(allocator: str) -> None:
    program = (
        "import resource; from supervisor.compact import fill_gaps;"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "before = peak(); fill_gaps(); fill_gaps(); print(peak() - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONMALLOC": allocator},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 32 * 1024  # KiB


def test_a_rehearsal_leaves_nothing(tmp_path: Path) -> None:
    """In a process of its own, as threads of the test runner would count."""
    program = (
        "import os; from pathlib import Path; from bots.rehearsal import rehearse;"
        "seen = lambda: sorted(os.readlink(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd')"
        " if os.path.lexists(f'/proc/self/fd/{fd}'));"
        f"folder = Path({str(tmp_path / 'rehearsal')!r});"
        "rehearse(folder); before = seen(); rehearse(folder);"
        "assert seen() == before, (before, seen());"
        "assert len(os.listdir('/proc/self/task')) == 1;"
        "assert not folder.exists();"
        "print(open('/proc/self/task/%d/children' % os.getpid()).read())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


def test_its_partner_ends_with_a_zygote_that_is_killed(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path; import bots.rehearsal as it, time;"
        "it._play_session = lambda *_: (print('now', flush=True), time.sleep(60));"
        f"it.rehearse(Path({str(tmp_path / 'rehearsal')!r}))"
    )
    zygote = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)
    assert zygote.stdout is not None
    assert zygote.stdout.readline() == b"now\n"
    partner = int(Path(f"/proc/{zygote.pid}/task/{zygote.pid}/children").read_text())
    zygote.kill()
    zygote.wait()
    zygote.stdout.close()
    until(lambda: (stat := read_stat(partner)) is None or stat.state == "Z", 5, "the partner's end")


_LUCKLESS = {
    "fails": "def play(folder):\n    raise RuntimeError('no luck')",
    "leaves a thread": "import threading, time\n"
    "def play(folder):\n    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()",
}


@pytest.mark.parametrize("how", _LUCKLESS)
def test_a_zygote_whose_rehearsal_does_not_work_still_forks(
    how: str, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "luckless.py").write_text(_LUCKLESS[how])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))
    read_end, write_end = os.pipe()

    async def scenario() -> None:
        client = ZygoteClient(home, lambda: None, "tests.supervisor.children:main", ("luckless:play",))
        try:
            child = await client.fork(("session", "first", 1), write_end, b"no specification")
            assert child.pid
        finally:
            zygote = client.pid
            await client.retire()
            if zygote:
                os.waitpid(zygote, 0)

    try:
        asyncio.run(scenario())
        assert b"bad_spec" in os.read(read_end, 4096)
    finally:
        os.close(read_end)
        os.close(write_end)
    assert "rehearsal left a thread" in home.zygote_out.read_text() or how == "fails"


def test_a_rehearsal_that_hangs_is_interrupted() -> None:
    program = (
        "import time; import supervisor.zygote as it; it._REHEARSAL_SECONDS = 0.1\n"
        "try:\n"
        "    with it._limited(): time.sleep(60)\n"
        "except it._TooLong: print('interrupted')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=20)
    assert done.stdout == b"interrupted\n", done.stderr
