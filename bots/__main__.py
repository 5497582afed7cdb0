"""`python -m bots <task>`: tasks for the command line, which must not import trading code.

A task reads one JSON object from standard input and prints one JSON object a line: `progress`, `log`, and
at the end `result` or `error` (`code`, `message`).
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from bots import tasks
from bots.process import BadSpec
from schema.exits import ExitCode

_TASKS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "backtest": tasks.backtest,
    "download": tasks.download,
    "fetch-markets": tasks.fetch_markets,
    "check-exchange": tasks.check_exchange,
}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in _TASKS:
        print(f"usage: python -m bots {'|'.join(_TASKS)} <request.json", file=sys.stderr)
        return ExitCode.BAD_SPEC
    try:
        result = _TASKS[arguments[0]](json.load(sys.stdin))
    except BadSpec as error:
        code = "outside" if error.exit_code is ExitCode.OUTSIDE else "invalid"
        tasks.say({"type": "error", "code": code, "message": error.message, "details": {}})
        return 0  # it was told
    tasks.say({"type": "result", **result})
    return ExitCode.FINISHED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
