"""The command `botyard`: its commands by name, each loaded when it is wanted; errors told in one place."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from cli.errors import CommandError, Exit

_COMMANDS = {
    "up": "cli.up.command:up",
    "session": "cli.commands.session_data:session",  # this module adds the commands about a session's data
    "backtest": "cli.commands.backtest:backtest",
    "runs": "cli.commands.runs:runs",
    "sweep": "cli.commands.sweep:sweep",
    "check": "cli.commands.check:check",
    "data": "cli.commands.data:data",
    "strategy": "cli.commands.strategy:strategy",
    "strategies": "cli.commands.reference:strategies",
    "markets": "cli.commands.reference:markets",
    "sandbox": "cli.commands.sandbox:sandbox",
    "db": "cli.commands.database:db",
    "doctor": "cli.commands.doctor:doctor",
}
_OVER_API = frozenset({"session", "strategies", "markets"})


class _Commands(click.Group):
    """Knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = _COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CommandError as error:
            raise _Told(_with_details(error), error.code) from None
        except ValueError as error:
            from schema.settings import SettingsError

            if not isinstance(error, SettingsError):
                raise
            raise _Told(str(error), Exit.INVALID) from None


class _Told(click.ClickException):
    """An error that ends the command with its message and exit code."""

    def __init__(self, message: str, code: Exit) -> None:
        super().__init__(message)
        self.exit_code = int(code)  # type: ignore[misc]  # click declares it once for the class


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="botyard", message="%(prog)s %(version)s")
@click.pass_context
def _botyard(ctx: click.Context) -> None:
    """Trading sessions as supervised processes: create, run, watch, backtest."""
    if ctx.invoked_subcommand in _OVER_API:
        from cli.client import Api
        from schema.settings import load_settings

        ctx.obj = Api(load_settings())


def _with_details(error: CommandError) -> str:
    """The message with its details below it; of several refused values each has a line of its own."""
    fields = error.details.get("fields")
    if not isinstance(fields, list):
        return "\n".join(
            [str(error), *(f"  {name}:{_lines(value)}" for name, value in error.details.items())]
        )
    if len(fields) < 2:
        return str(error)
    refused = (f"  {field.get('field', '')}: {field.get('message', '')}" for field in fields)
    return "\n".join([f"{len(fields)} values are refused", *refused])


def _lines(value: Any) -> str:
    """A detail as people read it: what comes in several lines, such as a traceback, begins below its name."""
    return "".join(f"\n    {line}" for line in value) if isinstance(value, list) else f" {value}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; ends the process with one of `cli.errors.Exit`."""
    _botyard(args=arguments, prog_name="botyard")


if __name__ == "__main__":
    main()
