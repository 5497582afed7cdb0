"""`botyard up` keeps the parts of a Procfile running, and ends with them in order."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from schema.settings import Settings
from tests.cli.up_stage import DAEMON, WEB, Stage, alive, stage
from tests.wait import until

SAYS_PID = 'import os, time; print("pid", os.getpid(), flush=True); time.sleep(600)'
SAYS_ITS_END = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
print("web runs", flush=True)
signal.sigwait([signal.SIGTERM])
print("web ends", flush=True)
"""


@pytest.fixture
def scene(tmp_path: Path, settings: Settings) -> Iterator[Stage]:
    with stage(tmp_path, settings) as found:
        yield found


def test_it_tells_the_address_when_the_api_is_ready(scene: Stage) -> None:
    scene.part("web", WEB)
    up = scene.up()
    up.tells(rf"Botyard is ready: http://127\.0\.0\.1:{scene.settings.port}\n")


def test_the_database_is_there_before_the_parts(scene: Stage) -> None:
    scene.part(
        "web", 'import os; print("db", os.path.getsize(os.environ["BOTYARD_HOME"] + "/botyard.db") > 0)'
    )
    scene.up().tells(r"web +\| db True")


def test_lines_carry_time_and_name_and_no_colour_outside_a_terminal(scene: Stage) -> None:
    scene.part("web", 'import sys; sys.stdout.write("one\\ntwo without an end")')
    scene.part("supervisor", 'import sys; print("on stderr", file=sys.stderr)')
    up = scene.up()
    up.tells(r"(?m)^\d\d:\d\d:\d\d web        \| two without an end$")
    up.tells(r"(?m)^\d\d:\d\d:\d\d web        \| one$")
    up.tells(r"(?m)^\d\d:\d\d:\d\d supervisor \| on stderr$")
    assert "\x1b" not in up.log


def test_a_part_that_is_killed_starts_again(scene: Stage) -> None:
    scene.part("web", SAYS_PID)
    up = scene.up()
    first = int(up.tells(r"web +\| pid (\d+)")[1])
    os.kill(first, signal.SIGKILL)
    up.tells(r"web was ended by SIGKILL; starting it again in 0\.5 s")
    second = int(up.tells(rf"pid {first}\n(?s:.*)pid (\d+)")[1])
    assert second != first
    assert alive(second)


def test_the_delay_doubles_while_a_part_keeps_dying(scene: Stage) -> None:
    scene.part("web", "raise SystemExit(3)")
    up = scene.up()
    up.tells(r"exit code 3; starting it again in 0\.5 s(?s:.*)exit code 3; starting it again in 1 s")


def test_workers_go_with_their_part(scene: Stage) -> None:
    scene.part("web", f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {SAYS_PID!r}])")
    up = scene.up()
    worker = int(up.tells(r"pid (\d+)")[1])
    part = int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(part, signal.SIGKILL)
    until(lambda: not alive(worker), what="the end of the worker")


def test_it_reaps_what_a_part_leaves_behind(scene: Stage) -> None:
    # It has a session of its own, like a bot: it outlives the part and ends later.
    scene.part(
        "web",
        "import subprocess\n"
        "orphan = subprocess.Popen(['sleep', '0.5'], start_new_session=True)\n"
        "print('pid', orphan.pid, flush=True)",
    )
    up = scene.up()
    pid = int(up.tells(r"pid (\d+)")[1])
    until(lambda: not Path(f"/proc/{pid}").exists(), what="the orphan to be reaped")


def test_ctrl_c_asks_the_daemon_and_only_then_ends_the_api(scene: Stage) -> None:
    scene.part("web", SAYS_ITS_END)
    scene.part("supervisor", DAEMON)
    up = scene.up()
    up.tells("daemon listens")
    up.tells("web runs")
    up.signal(signal.SIGINT)
    assert up.ends() == 0
    up.tells(r"daemon was asked: shutdown(?s:.*)daemon ends(?s:.*)web ends(?s:.*)\| ended\n")
    assert "starting it again" not in up.log


def test_sigterm_ends_it_like_ctrl_c(scene: Stage) -> None:
    scene.part("supervisor", DAEMON)
    up = scene.up()
    up.tells("daemon listens")
    up.signal(signal.SIGTERM)
    assert up.ends() == 0
    up.tells("daemon was asked: shutdown")


def test_one_wish_to_end_that_arrives_twice_is_one(scene: Stage) -> None:
    scene.part("supervisor", DAEMON)
    up = scene.up()
    up.tells("daemon listens")
    up.signal(signal.SIGINT)
    up.signal(signal.SIGTERM)
    assert up.ends() == 0
    up.tells("daemon ends")
    assert "killing" not in up.log


def test_a_second_ctrl_c_hurries(scene: Stage) -> None:
    scene.part("supervisor", DAEMON)
    up = scene.up(SHUTDOWN_TAKES="600")
    up.tells("daemon listens")
    up.signal(signal.SIGINT)
    up.tells("daemon was asked")

    def hurried() -> bool:
        up.signal(signal.SIGINT)
        return "asked once more: killing supervisor" in up.log

    until(hurried, what="the second Ctrl-C to be taken as one")
    assert up.ends() == 0


def test_without_a_daemon_that_answers_it_still_ends(scene: Stage) -> None:
    scene.part("supervisor", SAYS_PID)
    up = scene.up()
    up.tells("pid")
    up.signal(signal.SIGINT)
    assert up.ends() == 0
    up.tells(r"could not be asked to end \(the supervisor is not running\)")


def test_killed_it_takes_its_parts_with_it_but_not_the_bots(scene: Stage) -> None:
    bot = "import os, time; os.setsid(); print('bot', os.getpid(), flush=True); time.sleep(600)"
    scene.part(
        "supervisor", f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {bot!r}])\n{SAYS_PID}"
    )
    up = scene.up()
    part = int(up.tells(r"pid (\d+)")[1])
    pid = int(up.tells(r"bot (\d+)")[1])
    try:
        up.signal(signal.SIGKILL)
        until(lambda: not alive(part), what="the end of the part")
        assert alive(pid)
    finally:
        os.kill(pid, signal.SIGKILL)


def test_after_a_kill_the_next_one_ends_what_still_runs(scene: Stage) -> None:
    scene.part("web", f"import signal\nsignal.signal(signal.SIGTERM, lambda *_: None)\n{SAYS_PID}")
    first = scene.up()
    stubborn = int(first.tells(r"pid (\d+)")[1])
    until(
        lambda: str(stubborn) in (scene.settings.home.run / "up.json").read_text(), what="the note of its PID"
    )
    first.signal(signal.SIGKILL)
    first.ends()
    os.kill(stubborn, signal.SIGSTOP)  # it takes no notice of any signal but SIGKILL
    second = scene.up(BOTYARD_GRACE_SECONDS="0.2")
    second.tells("ended web of an earlier run that was killed")
    assert not alive(stubborn)
    second.tells(r"web +\| pid (\d+)")


def test_a_second_one_on_the_same_home_is_refused(scene: Stage) -> None:
    scene.part("web", SAYS_PID)
    first = scene.up()
    first.tells("pid")
    second = scene.up()
    assert second.ends() == 5
    second.tells(rf"already runs on {scene.settings.home.root} \(process {first.process.pid}\)")
    assert first.process.poll() is None


def test_a_port_in_use_is_told_before_anything_starts(scene: Stage) -> None:
    scene.part("web", SAYS_PID)
    with socket.socket() as other:
        other.bind(("127.0.0.1", scene.settings.port))
        other.listen()
        up = scene.up()
        assert up.ends() == 3
    up.tells(rf"cannot listen on 127\.0\.0\.1:{scene.settings.port}: Address already in use.*BOTYARD_PORT")
    assert "pid" not in up.log


def test_a_database_that_is_away_is_told(scene: Stage) -> None:
    scene.part("web", SAYS_PID)
    up = scene.up(BOTYARD_DATABASE_URL=f"mysql+pymysql://nobody@127.0.0.1:{scene.settings.port}/none")
    assert up.ends() == 3
    up.tells("the database cannot be reached")


def test_bad_settings_are_told_one_a_line(scene: Stage) -> None:
    scene.part("web", SAYS_PID)
    up = scene.up(BOTYARD_PORT="80000", BOTYARD_EXCHANGE="nowhere")
    assert up.ends() == 6
    up.tells("BOTYARD_PORT=80000")
    up.tells("BOTYARD_EXCHANGE=nowhere")


def test_the_engine_is_compiled_in_the_background_and_no_longer_than_it_runs(
    scene: Stage, tmp_path: Path
) -> None:
    scene.part("web", SAYS_PID)
    up = scene.up(XDG_CACHE_HOME=str(tmp_path / "cache"))
    up.tells("in the background: compiling the engine, once")
    (compiler,) = (
        child for child in psutil.Process(up.process.pid).children() if child.cmdline()[-1] == "compile"
    )
    assert compiler.nice() == 19
    assert os.sched_getscheduler(compiler.pid) == os.SCHED_IDLE
    up.signal(signal.SIGINT)
    assert up.ends() == 0
    until(lambda: not alive(compiler.pid), what="the end of the compiler")


def test_a_command_that_is_not_there_is_told(scene: Stage) -> None:
    (scene.folder / "Procfile").write_text("web: no-such-program --at all\n")
    up = scene.up()
    up.tells(r"web +\| no-such-program: No such file or directory")
