"""What the command line does with an exchange's past data: download them, mend the archive with them.

`request` names market, exchange, start and end (Unix seconds, exclusive), and what each function says. All
of them raise BadSpec for what cannot be asked for, and OutsideTrouble for what fails outside.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bots.process import BadSpec, OutsideTrouble
from bots.tasks import say
from schema.files.aside import BrokenFile
from schema.home import Home
from schema.settings import load_settings

_PROGRESS_SECONDS = 0.1
MOST_HOLES = 1_000
"""Holes that an answer names."""


def download(request: dict[str, Any]) -> dict[str, Any]:
    """Fetch what the archive lacks. `request`: also `kind` (candles, funding, trades) and `timeframe`."""
    kinds: dict[str, Callable[[Home, dict[str, Any]], dict[str, Any]]] = {
        "candles": _candles,
        "funding": _funding,
        "trades": _trades,
    }
    kind = request.get("kind", "candles")
    if kind not in kinds:
        raise BadSpec(f"{kind!r} cannot be downloaded; there are {', '.join(kinds)}", "bad_request")
    with _told_errors():
        return {"kind": kind, **kinds[kind](_home(), request)}


def _candles(home: Home, request: dict[str, Any]) -> dict[str, Any]:
    from bots.download import download_candles

    done = download_candles(home, *_range(request), _progress(), request.get("timeframe", "1m"))
    return {"rows": done.added, "funding": done.funding, **_missing(done.missing, done.holes)}


def _funding(home: Home, request: dict[str, Any]) -> dict[str, Any]:
    from bots.download import only_funding

    done = only_funding(home, *_range(request))
    return {"rows": done.funding, **_missing(done.missing, done.holes)}


def _trades(home: Home, request: dict[str, Any]) -> dict[str, Any]:
    from bots.download import download_trades

    done = download_trades(home, request["exchange"], request["market"])
    return {"rows": done.added, "told": done.told, "first": done.first, "last": done.last}


def repair(request: dict[str, Any]) -> dict[str, Any]:
    """Fetch again what is missing, comes twice or cannot be. `request`: also `timeframe`."""
    from bots.repair import repair as mend

    with _told_errors():
        done = mend(_home(), *_range(request), request.get("timeframe", "1m"), _progress())
    return {
        "found": done.found,
        "added": done.added,
        "replaced": done.replaced,
        "funding": done.funding,
        "left": done.left,
        "kept_aside": [str(path) for path in done.kept_aside],
        **_missing(done.missing, done.holes),
    }


def _range(request: dict[str, Any]) -> tuple[str, str, int, int]:
    if request["end"] <= request["start"]:
        raise BadSpec("the end of the range must be after its start", "bad_range")
    return request["exchange"], request["market"], request["start"], request["end"]


def _missing(number: int, holes: Any) -> dict[str, Any]:
    return {"missing": number, "holes": list(holes)[:MOST_HOLES], "hole_count": len(holes)}


def _progress() -> Callable[[int, int], object]:
    told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= _PROGRESS_SECONDS:
            told = time.monotonic()
            say({"type": "progress", "done": done, "total": total})

    return progress


@contextmanager
def _told_errors() -> Iterator[None]:
    """Errors of the archive's files as errors of the task."""
    try:
        yield
    except BrokenFile as error:
        how = "botyard data repair moves it aside and fetches its candles again"
        raise BadSpec(f"{error.path}: {error.reason}; {how}", "broken_file") from None
    except OSError as error:
        raise OutsideTrouble(f"the archive cannot be written: {error}", "archive") from None


def _home() -> Home:
    return load_settings().home.ensure()
