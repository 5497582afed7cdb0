"""Options and values that several commands take."""

import json
from datetime import UTC, datetime
from typing import Any

import click

from cli.errors import CommandError, Exit

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


class Time(click.ParamType[int]):
    """Unix seconds, a date, or a date and time (UTC unless it says otherwise)."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        text = str(value).strip()
        if text.isdigit():
            return int(text)
        try:
            parsed = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is no time; give 2024-01-15, 2024-01-15T08:00 or Unix seconds", param, ctx)
        return int((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp())


TIME = Time()


def assignments(values: tuple[str, ...], option: str) -> dict[str, Any]:
    """`name=value` pairs as a dictionary; a value is read as JSON where it is some, else as text.

    A dot in a name goes one level down: `restart.policy=on-failure`.

    Raises:
        CommandError: a value without a name.
    """
    found: dict[str, Any] = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise CommandError(f"{option} {text!r}: give name=value", Exit.USAGE)
        place = found
        *above, last = name.split(".")
        for part in above:
            place = place.setdefault(part, {})
        place[last] = _value(value)
    return found


def run_settings(settings: tuple[str, ...], timeframe: str | None, allow_gaps: bool) -> dict[str, Any]:
    """What `--setting`, `--timeframe` and `--allow-gaps` say together; raises as `assignments`."""
    chosen = assignments(settings, "--setting")
    if timeframe:
        chosen["timeframe"] = timeframe
    if allow_gaps:
        chosen["allow_gaps"] = True
    return chosen


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
