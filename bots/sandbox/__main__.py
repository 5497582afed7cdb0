"""`python -m bots.sandbox`: a sandbox exchange by itself, until it is interrupted."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from bots.sandbox.config import SandboxConfig
from bots.sandbox.replay import ReplayError
from bots.sandbox.server import serve


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bots.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes any free one")
    parser.add_argument("--seed", type=int, default=1, help="seed of the market")
    parser.add_argument("--speed", type=float, default=1.0, help="how many times faster than the clock")
    parser.add_argument("--steps", type=int, default=60, help="trade prints a minute")
    parser.add_argument("--lockstep", action="store_true", help="time moves only by POST /sandbox/advance")
    parser.add_argument(
        "--replay", action="append", default=[], metavar="MARKET=FILE or FOLDER", help="recorded candles"
    )
    parser.add_argument(
        "--replay-exchange", default="bybit", help="whose candles are taken from an archive folder"
    )
    parser.add_argument("--replay-start", type=int, help="Unix seconds")
    parser.add_argument("--replay-end", type=int, help="Unix seconds, exclusive")
    parser.add_argument("--replay-ticks", action="store_true", help="repeat recorded trades too")
    parser.add_argument("--state", type=Path, help="file that keeps the books over a restart")
    parser.add_argument("--address", type=Path, help="file to which url, ws and pid are written")
    parser.add_argument("--no-limits", action="store_true", help="no rate limits")
    return parser


def _config(arguments: argparse.Namespace) -> SandboxConfig:
    replay: Path | dict[str, Path] | None = None
    if arguments.replay and "=" in arguments.replay[0]:
        pairs = (entry.split("=", 1) for entry in arguments.replay)
        replay = {market: Path(path) for market, path in pairs}
    elif arguments.replay:
        replay = Path(arguments.replay[0])
    return SandboxConfig(
        port=arguments.port,
        seed=arguments.seed,
        speed=arguments.speed,
        steps=arguments.steps,
        lockstep=arguments.lockstep,
        replay=replay,
        replay_exchange=arguments.replay_exchange,
        replay_start=arguments.replay_start,
        replay_end=arguments.replay_end,
        replay_ticks=arguments.replay_ticks,
        state=arguments.state,
        address=arguments.address,
        limits=not arguments.no_limits,
    )


async def _run(config: SandboxConfig) -> None:
    server = await serve(config)
    print(json.dumps({"url": server.url, "ws": server.ws}), flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopped = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([stopped, *server.tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopped}:
            task.result()
    finally:
        await server.close()


def main() -> int:
    """Exit codes: 0 after an interrupt, 64 where it could not start as asked."""
    config = _config(_parser().parse_args())
    try:
        asyncio.run(_run(config))
    except (ReplayError, OSError, ValueError) as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 64
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
