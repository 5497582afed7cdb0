"""Lists the strategies there are: the program of the `describe` child, which alone runs every user's file."""

from bots.process import Process
from bots.strategies.loader import describe_all
from schema.home import Home
from schema.spec import LaunchSpec


def run(process: Process, spec: LaunchSpec) -> None:
    """Say every strategy, with its schema or its error, as part of being ready."""
    process.ready(strategies=describe_all(Home.at(spec.home).strategies))
