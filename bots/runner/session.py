"""The program of a session's process: checks everything, says that it is ready, and does what its type
asks for.
"""

from collections.abc import Callable

from bots.process import Ending, OutsideTrouble, Process
from bots.runner.heartbeat import Heartbeat
from bots.runner.journal import Journal
from bots.runner.prepare import Prepared, prepare
from schema.exits import ExitCode, Outcome
from schema.files.runs import archive_run
from schema.home import Home
from schema.spec import LaunchSpec
from schema.words import counted


def run(process: Process, spec: LaunchSpec) -> Ending | None:
    """Run one session to its end.

    Raises:
        BadSpec, OutsideTrouble: before `ready` they are the answer to the start.
    """
    home = Home.at(spec.home)
    prepared = prepare(spec, home)
    if spec.type == "backtest":
        archive_run(
            home, spec.id, spec.run - 1
        )  # it starts empty; the last run's files are kept by their number
    journal = _journal(prepared)
    heartbeat = _heartbeat(spec, journal)
    try:
        _program(spec.type)(process, prepared, journal, heartbeat)
    finally:
        journal.close()
    if journal.unwritten:
        message = f"{counted(len(journal.unwritten), 'trade')} could not be written: {journal.trouble}"
        return Ending(Outcome.ERROR, ExitCode.OUTSIDE, message, {"code": "not_writable"})
    if heartbeat.refused:  # it ended itself: that finishes no session
        return Ending(Outcome.TERMINATED, message=heartbeat.refused)
    return None


def _program(type: str) -> Callable[[Process, Prepared, Journal, Heartbeat], None]:
    """What a session of this type does; a backtest loads the archive's reader, so only where needed."""
    if type == "test":
        return _trade
    if type == "backtest":
        from bots.runner.backtest import run_backtest

        return run_backtest
    from bots.runner.scraping import run_scraper

    return run_scraper


def _trade(process: Process, prepared: Prepared, journal: Journal, heartbeat: Heartbeat) -> None:
    from bots.feed.client import FeedClient
    from bots.runner.live import LiveSession

    spec = prepared.spec
    feed = FeedClient(prepared.home.feed_socket(spec.exchange))
    session = LiveSession(process, prepared, journal, heartbeat, feed)
    journal.log("info", f"Run {spec.run} of {spec.strategy} on {spec.market} ({spec.exchange})")
    journal.flush()
    process.ready()
    session.run()


def _journal(prepared: Prepared) -> Journal:
    try:
        return Journal(
            prepared.spec,
            prepared.home,
            prepared.settle,
            float(prepared.settings.starting_balance),
            in_haste=prepared.spec.type == "backtest",
        )
    except OSError as error:
        raise OutsideTrouble(f"cannot write {error.filename}: {error.strerror}", "not_writable") from None


def _heartbeat(spec: LaunchSpec, journal: Journal) -> Heartbeat:
    return Heartbeat(
        spec.api_url,
        spec.id,
        spec.token,
        spec.heartbeat_seconds,
        on_trouble=lambda message: journal.log("warn", message),
    )
