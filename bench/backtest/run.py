"""`make bench-backtest`: backtests beside those of others, one table.

`python -m bench.backtest.run [--all] [--json FILE] [PART ...]`, the parts being cross, ladder, process,
session and sweep.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from bench.backtest import data, engines, environments, process, profile, session, sweep
from bench.backtest.table import Row, as_json, print_table
from bench.backtest.worker import Worker
from bench.figures import machine

_RESULTS = environments.ROOT / "build" / "bench-backtest"
PARTS = ("cross", "ladder", "process", "session", "sweep")


def main(arguments: list[str]) -> int:
    """Exit code 1 where a part failed, such as by trades that differ."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if unknown := sorted(set(given.parts) - set(PARTS)):
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    files = data.prepare(_RESULTS)
    if given.profile:
        return profile.run(files)
    versions: dict[str, dict[str, str]] = {}
    parts: dict[str, Callable[[], list[Row]]] = {
        "cross": lambda: engines.cross(files, given.all, versions),
        "ladder": lambda: engines.ladder(files, versions),
        "process": lambda: process.rows(files),
        "session": lambda: session.rows(_recorded()),
        "sweep": lambda: sweep.rows(files),
    }
    _compile(files)
    rows: list[Row] = []
    broken = False
    for name in given.parts or PARTS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            rows += parts[name]()
        except Exception as error:  # the others' figures still count
            broken = True
            print(f"{name} failed: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
    print_table(rows, versions, data.BARS)
    if given.json:
        told = {"machine": machine(), "versions": versions, "bars": data.BARS, "rows": as_json(rows)}
        Path(given.json).write_text(json.dumps(told, indent=1) + "\n")
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench.backtest.run")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    parser.add_argument("--all", action="store_true", help="the slow peers too (minutes)")
    parser.add_argument("--json", metavar="FILE", help="write the rows there as well")
    parser.add_argument("--profile", action="store_true", help="where the time goes, instead of comparing")
    return parser


def _compile(files: data.Files) -> None:
    """Have our kernel compiled and kept before any part begins: that happens once on a machine."""
    with Worker(Path(sys.executable), "botyard_worker", files.folder) as worker:
        worker.run("cross")


def _recorded() -> Path:
    """Folder of recorded market data, which may be missing."""
    return Path(os.environ.get("BOTYARD_TEST_DATA") or environments.ROOT.parent / "shared" / "data")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
