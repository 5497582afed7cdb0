"""`python -m bots <task>`: tasks for the command line, which must not import trading code.

A task reads one JSON object from standard input and prints one JSON object a line: `progress`, `log`, and
at the end `result` or `error` (`code`, `message`).
"""

import json
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from bots import data_tasks, tasks
from bots.process import BadSpec
from schema.exits import ExitCode

_TASKS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "backtest": tasks.backtest,
    "download": data_tasks.download,
    "repair": data_tasks.repair,
    "fetch-markets": tasks.fetch_markets,
    "check-exchange": tasks.check_exchange,
    "sweep": lambda request: _loaded("bots.sweep_tasks", "run_sweep", request),
    "check": lambda request: _loaded("bots.check_tasks", "run_check", request),
    "compile": lambda request: _loaded("bots.compile_task", "compile_engine", request),
    "new-strategy": lambda request: _loaded("bots.scaffold", "new_strategy", request),
}


def _loaded(module: str, task: str, request: dict[str, Any]) -> dict[str, Any]:
    """A task whose module the other ones need not import."""
    found: dict[str, Any] = getattr(import_module(module), task)(request)
    return found


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in _TASKS:
        print(f"usage: python -m bots {'|'.join(_TASKS)} <request.json", file=sys.stderr)
        return ExitCode.BAD_SPEC
    try:
        result = _TASKS[arguments[0]](json.load(sys.stdin))
    except BadSpec as error:
        code = "not_found" if error.code == "not_found" else "invalid"
        code = "outside" if error.exit_code is ExitCode.OUTSIDE else code
        tasks.say({"type": "error", "code": code, "message": error.message, "details": {}})
        return 0  # it was told
    tasks.say({"type": "result", **result})
    return ExitCode.FINISHED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
