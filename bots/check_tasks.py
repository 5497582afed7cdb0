"""`python -m bots check`: the task behind `botyard check`."""

from typing import Any

from bots.check.run import check
from bots.check.subject import Subject
from bots.core.bars import CandleError
from bots.core.strategy import Strategy
from bots.process import BadSpec
from bots.runner.blame import blamed
from bots.runner.candles import gather
from bots.runner.prepare import prepare
from bots.strategies.loader import create_strategy
from bots.tasks import say
from schema.settings import load_settings
from schema.spec import LaunchSpec


def run_check(request: dict[str, Any]) -> dict[str, Any]:
    """Check a strategy. `request`: as of a backtest.

    Raises:
        BadSpec, OutsideTrouble.
    """
    home = load_settings().home.ensure()
    if request["range_end"] <= request["range_start"]:
        raise BadSpec("the end of the range must be after its start", "bad_range")
    spec = LaunchSpec(kind="session", id="check", run=1, home=str(home.root), type="backtest", **request)
    prepared = prepare(spec, home)

    def make() -> Strategy:
        return create_strategy(spec.strategy, home.strategies, spec.strategy_params)

    try:
        gathered = gather(prepared, _say_info, lambda: None)
        subject = Subject(
            make,
            prepared.instruments,
            gathered.series,
            prepared.engine_settings(verbose=False),
            float(request["range_start"]),
            prepared.assumptions(),
            gathered.funding,
        )
        report = check(subject, lambda done, total: say({"type": "progress", "done": done, "total": total}))
    except CandleError as error:
        raise BadSpec(str(error), "bad_candles") from None
    except BadSpec:
        raise
    except Exception as error:
        found = blamed(error, prepared.strategy)
        if found is None:
            raise
        raise found from None
    return {**report.to_json(), "strategy": spec.strategy, "notes": [*gathered.notes, *report.notes]}


def _say_info(message: str) -> None:
    say({"type": "log", "level": "info", "message": message})
