"""The sandbox exchange as the daemon's agent `sandbox`."""

import asyncio
from pathlib import Path
from typing import Any

from bots.process import BadSpec, Ending, OutsideTrouble, Process
from bots.sandbox.config import SandboxConfig
from bots.sandbox.replay import ReplayError
from bots.sandbox.server import Server, serve
from schema.home import Home
from schema.spec import LaunchSpec


def run(process: Process, spec: LaunchSpec) -> Ending | None:
    """Serve the exchange until SIGTERM; its address stands in `Home.sandbox_address` before it is ready.

    Raises:
        BadSpec: there are no such candles to replay.
        OutsideTrouble: the port or a file cannot be had.
    """
    asyncio.run(_serve(process, config_of(spec.options, process.home)))
    return None


def config_of(options: dict[str, Any], home: Home) -> SandboxConfig:
    """From the settings `sandbox_*`. The books are kept in the home, under `sandbox/`."""
    replay = options.get("sandbox_replay")
    return SandboxConfig(
        seed=int(options.get("sandbox_seed", 1)),
        speed=float(options.get("sandbox_speed", 1.0)),
        steps=int(options.get("sandbox_steps", 60)),
        lockstep=bool(options.get("sandbox_lockstep", False)),
        readers=int(options.get("sandbox_readers", 1)),
        replay=Path(replay) if replay else None,
        replay_exchange=str(options.get("sandbox_replay_exchange", "bybit")),
        replay_start=options.get("sandbox_replay_start"),
        replay_end=options.get("sandbox_replay_end"),
        replay_ticks=bool(options.get("sandbox_replay_ticks", False)),
        state=home.root / "sandbox" / "books.db",
        address=home.sandbox_address,
    )


async def _serve(process: Process, config: SandboxConfig) -> None:
    server = await _start(config)
    stop = asyncio.Event()
    process.attach(asyncio.get_running_loop(), lambda: stop.set() if process.stopping else None)
    process.ready(url=server.url)
    print(f"sandbox exchange at {server.url}: {server.venue.state.market.identity}", flush=True)
    stopped = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([stopped, *server.tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopped}:
            task.result()  # an error of our own ends the process, with its traceback
    finally:
        stopped.cancel()
        await server.close()


async def _start(config: SandboxConfig) -> Server:
    try:
        return await serve(config)
    except ReplayError as error:
        raise BadSpec(str(error), "no_replay") from None
    except OSError as error:
        raise OutsideTrouble(f"the sandbox exchange cannot start: {error}", "not_writable") from None
