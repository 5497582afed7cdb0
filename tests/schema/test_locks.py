"""Locks that say who is alive."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from schema.exits import boot_id, process_start_time
from schema.locks import LockHeld, LockInfo, ProcessLock, openers, probe
from schema.processes import is_alive, is_zombie, kill_group, read_stat
from tests.wait import until


def test_a_lock_tells_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    assert probe(path).held is False
    lock = ProcessLock.acquire(path, run=7)
    state = probe(path)
    assert state.held
    assert state.info == lock.info
    assert (lock.info.pid, lock.info.run, lock.info.boot) == (os.getpid(), 7, boot_id())
    assert lock.info.start == process_start_time(os.getpid())
    assert lock.info.leader_alive()
    lock.release()


def test_probing_takes_nothing_away(tmp_path: Path) -> None:
    """Closing a descriptor of the file would drop a classic fcntl lock; not this one."""
    path = tmp_path / "x.lock"
    lock = ProcessLock.acquire(path, 1)
    path.read_bytes()
    probe(path)
    assert probe(path).held
    lock.release()
    assert not probe(path).held


def test_a_second_taker_is_told_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    lock = ProcessLock.acquire(path, 1)
    with pytest.raises(LockHeld) as caught:
        ProcessLock.acquire(path, 2)
    assert caught.value.info == lock.info
    lock.release()
    ProcessLock.acquire(path, 2).release()


def test_what_the_file_says_outlives_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    ProcessLock.acquire(path, 1_000_000).release()
    ProcessLock.acquire(path, 3).release()
    state = probe(path)
    assert state.info is not None
    assert (state.held, state.info.run) == (False, 3)


def test_a_removed_file_is_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    first = ProcessLock.acquire(path, 1)
    path.unlink()
    second = ProcessLock.acquire(path, 2)
    assert probe(path).info == second.info
    first.release()
    assert probe(path).held
    second.release()


@pytest.mark.parametrize("content", [b"", b"torn", b"{}", b"[1]", b"\xff\xfe"])
def test_a_file_that_says_nothing_readable_is_a_free_lock(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.lock"
    path.write_bytes(content)
    state = probe(path)
    assert (state.held, state.info) == (False, None)


def test_a_killed_holder_frees_it_unless_its_child_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    program = (
        "import os, time; from pathlib import Path; from schema.locks import ProcessLock;"
        f"lock = ProcessLock.acquire(Path({str(path)!r}), 1); os.fork(); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    until(lambda: len(openers(path)) == 2, 10)
    start = process_start_time(holder.pid)
    holder.kill()
    holder.wait()
    state = probe(path)
    assert state.held
    assert state.info is not None
    assert not state.info.leader_alive()
    assert len(openers(path)) == 1
    assert kill_group(holder.pid, start)
    until(lambda: not probe(path).held)


def test_a_pid_with_another_start_time_is_somebody_else(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    start = process_start_time(other.pid)
    assert is_alive(other.pid, start)
    assert not is_alive(other.pid, start - 1)
    assert not LockInfo(other.pid, start - 1, 1, boot_id(), 0).leader_alive()
    assert not LockInfo(other.pid, start, 1, "another boot", 0).leader_alive()
    assert not kill_group(other.pid, start - 1)
    assert other.poll() is None
    assert kill_group(other.pid, start)
    until(lambda: is_zombie(other.pid, start))
    assert not is_alive(other.pid, start)
    stat = read_stat(other.pid)
    assert stat is not None
    assert os.WTERMSIG(stat.wait_status) == signal.SIGKILL
    other.wait()
    assert read_stat(other.pid) is None
