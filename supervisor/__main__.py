"""`python -m supervisor`: the daemon of the home that the settings name.

Exit codes: 0 ended as asked, 2 bad settings, 3 another daemon serves this home.
"""

import argparse
import asyncio
import os
import sys
from contextlib import suppress

from setproctitle import setproctitle

from schema.locks import LockHeld, ProcessLock
from schema.settings import Settings, SettingsError, load_settings
from supervisor.daemon import Daemon
from supervisor.events import set_up
from supervisor.warm import ENTRY, PRELOAD

BAD_SETTINGS = 2
ALREADY_RUNNING = 3


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="supervisor", description="starts, watches and ends sessions and agents"
    )
    parser.add_argument(
        "--entry", default=ENTRY, help="function that a forked child runs, as module:function"
    )
    parser.add_argument(
        "--preload", default=",".join(PRELOAD), help="modules loaded before forking, comma-separated"
    )
    options = parser.parse_args()
    try:
        settings = load_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return BAD_SETTINGS
    home = settings.home.ensure()
    try:
        lock = ProcessLock.acquire(home.lock("supervisor"), 0)
    except LockHeld as error:
        who = f", pid {error.info.pid}" if error.info else ""
        print(f"a supervisor of {home.root} is running already{who}", file=sys.stderr)
        return ALREADY_RUNNING
    setproctitle("botyard supervisor")
    set_up(settings.log_level)
    try:
        asyncio.run(_serve(settings, options.entry, [name for name in options.preload.split(",") if name]))
    finally:
        lock.release()
    _let_go_of_output()
    return 0


def _let_go_of_output() -> None:
    """Whoever read our output may be gone; Python would end with 120 for what it could not flush."""
    with suppress(OSError):
        sys.stderr.flush()
        sys.stdout.flush()
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())


async def _serve(settings: Settings, entry: str, preload: list[str]) -> None:
    await Daemon(settings, entry, preload).run()


if __name__ == "__main__":
    sys.exit(main())
