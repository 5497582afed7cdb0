"""Work in a copy of the process: its memory goes with it, its errors come back."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from bots.apart import apart
from tests.wait import until


def test_what_the_work_writes_stays_and_what_it_touches_does_not(tmp_path: Path) -> None:
    seen: list[int] = []

    def work() -> None:
        seen.append(1)
        (tmp_path / "done").write_text(str(os.getpid()))

    apart("copy", work)
    assert seen == []
    assert int((tmp_path / "done").read_text()) != os.getpid()
    assert not psutil.Process().children()


def test_an_error_of_the_file_system_comes_back_as_it_was() -> None:
    with pytest.raises(FileNotFoundError):
        apart("copy", lambda: Path("/nowhere/at/all").unlink())


def test_another_failure_is_told_on_stderr_and_is_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        raise ZeroDivisionError("of the figures")

    with pytest.raises(InterruptedError):
        apart("copy", work)
    assert "ZeroDivisionError: of the figures" in capfd.readouterr().err


def test_work_without_end_is_ended() -> None:
    with pytest.raises(TimeoutError) as error:
        apart("copy", lambda: time.sleep(60), seconds=0.05)
    assert error.value.errno in (None, errno.ETIMEDOUT)
    assert not psutil.Process().children()


def test_other_threads_of_the_process_do_not_matter() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=lambda: [None for _ in iter(stop.is_set, True)])
    thread.start()
    try:
        for _ in range(5):
            apart("copy", lambda: None)
    finally:
        stop.set()
        thread.join()


def test_the_copy_ends_with_its_process(tmp_path: Path) -> None:
    code = f"""
import os, time
from pathlib import Path
from bots.apart import apart
apart("copy", lambda: (Path({str(tmp_path / "pid")!r}).write_text(str(os.getpid())), time.sleep(60)) and None)
"""
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(), 10)
        copy = psutil.Process(int((tmp_path / "pid").read_text()))
        process.send_signal(signal.SIGKILL)
        process.wait()
    until(lambda: not copy.is_running() or copy.status() == psutil.STATUS_ZOMBIE, 10)
