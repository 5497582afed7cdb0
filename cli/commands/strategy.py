"""`botyard strategy`: strategies of one's own."""

from pathlib import Path
from typing import Any

import click

from cli import output
from cli.errors import CommandError
from cli.options import as_json
from cli.worker import run_task


@click.group()
def strategy() -> None:
    """Write strategies of your own (`botyard strategies` lists all)."""


@strategy.command()
@click.argument("name")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Default: the home's strategies.",
)
@as_json
def new(name: str, folder: Path | None, as_json: bool) -> None:
    """Write a commented starting point called NAME (such as MyCross), with a test beside it."""
    request = {"name": name, "folder": None if folder is None else str(folder.absolute())}
    result = _run(request)
    if as_json:
        output.print_json(result)
        return
    id = result["strategy"]
    output.print_facts([("strategy", result["file"]), ("test", result["test"])])
    click.echo(f"\nNext: botyard check {id} --market XBTUSD --from ... --to ...")


def _run(request: dict[str, Any]) -> dict[str, Any]:
    for message in run_task("new-strategy", request):
        if message["type"] == "result":
            return {key: value for key, value in message.items() if key != "type"}
    raise CommandError("the strategy was not written")
