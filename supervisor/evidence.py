"""What the machine says about one run of a session: is its process there, and if not, how did it end."""

import contextlib
import json
import time
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from schema.db.rows import SessionRow
from schema.exits import ExitNote, boot_id, read_exit_note
from schema.files.atomic import write_json
from schema.home import Home
from schema.locks import LockInfo, probe
from schema.processes import is_alive
from schema.session_settings import RestartPolicy
from schema.wants import read_actual, read_want
from supervisor import stopper
from supervisor.events import log
from supervisor.outcome import Facts
from supervisor.reaping import Launched
from supervisor.zygote_client import ZygoteClient, ZygoteDown


async def find_process(home: Home, zygote: ZygoteClient, row: SessionRow) -> Launched | None:
    """The living process of the row's run. Any other one that holds the lock is killed."""
    state = probe(home.lock(row.id))
    info = state.info
    if state.held and info is not None and info.run == row.run and info.leader_alive():
        return Launched(info.pid, info.start, "session", row.id, row.run)
    if state.held:
        log.warning("session %s: its lock was held by run %s, killed", row.id, info.run if info else "?")
        await stopper.free_lock(home, row.id)
    if info is not None and info.run == row.run:
        return None  # it had its lock and is gone
    return await _not_yet_locked(home, zygote, row)


async def _not_yet_locked(home: Home, zygote: ZygoteClient, row: SessionRow) -> Launched | None:
    """A child that the last daemon had forked and that has not come to its lock yet."""
    try:
        found = await zygote.find(row.id)
    except ZygoteDown:
        return None
    if found is None or not is_alive(found.pid, found.start):
        return None
    if found.run == row.run:
        return found
    stopper.kill_now(found)
    return None


def gather(home: Home, row: SessionRow) -> Facts:
    """The facts about a run whose process is gone."""
    note = note_of(home, row.id, row.run)
    lock = _lock_of(home, row.id, row.run)
    want = read_want(home.want(row.id))
    if want is not None and want.run != row.run:
        want = None
    actual = read_actual(home.actual(row.id))
    return Facts(
        note=note,
        launched=lock is not None or note is not None,
        was_ready=actual is not None and actual.run == row.run,
        relaunch=want is not None and want.relaunch,
        stop_asked=want is not None and want.state == "stopped",
        boot_changed=lock is not None and lock.boot != boot_id(),
        shut_down=shutdown_record(home).get(row.id) == row.run,
        lived=max(0.0, note.at - lock.at) if lock is not None and note is not None else 0.0,
        restarts=row.restarts,
        policy=_policy(row),
    )


def note_of(home: Home, id: str, run: int) -> ExitNote | None:
    note = read_exit_note(home.exit_note(id))
    return note if note is not None and note.run == run else None


def _lock_of(home: Home, id: str, run: int) -> LockInfo | None:
    info = probe(home.lock(id)).info
    return info if info is not None and info.run == run else None


def _policy(row: SessionRow) -> RestartPolicy:
    with contextlib.suppress(ValidationError):
        return RestartPolicy.model_validate((row.settings or {}).get("restart") or {})
    return RestartPolicy()


def metrics_of(home: Home, id: str) -> dict[str, Any]:
    """The counters that a session wrote at its end; empty where it wrote none."""
    try:
        value = json.loads(home.metrics(id).read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def record_shutdown(home: Home, runs: dict[str, int]) -> None:
    """Note which runs end because everything is shut down: they come back, however they end."""
    write_json(_shutdown_path(home), {"at": time.time(), "runs": runs})


def _shutdown_path(home: Home) -> Path:
    return home.run / "shutdown.json"


def shutdown_record(home: Home) -> dict[str, int]:
    """Sessions of the last recorded shutdown and the runs that it ended. A later run of them is not meant."""
    try:
        runs = json.loads(_shutdown_path(home).read_bytes())["runs"]
        return {str(id): int(run) for id, run in runs.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
