"""`botyard sandbox`: the sandbox exchange by itself, for any client of Bybit's protocol."""

import os
import sys

import click


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def sandbox(arguments: tuple[str, ...]) -> None:
    """Run the sandbox exchange in the foreground (`botyard sandbox --help` lists its options)."""
    os.execv(sys.executable, [sys.executable, "-m", "bots.sandbox", *arguments])
