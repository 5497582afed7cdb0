"""A process that dies at any point between a trade and its file, and starts again, has every trade once."""

import json
import os
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from bots.core.engine import Engine
from bots.core.events import Candle, Tick
from bots.core.paper.broker import PaperBroker
from bots.core.settings import EngineSettings
from bots.runner import journal as journal_module
from bots.runner.journal import Journal
from schema.files.snapshot import read_snapshot
from schema.files.trades import TradesWriter
from schema.home import Home
from schema.spec import LaunchSpec
from tests.bots.core.make import XBTUSD, Scripted, candle, tick

ID = "s"
BARS = 24
KILLED = 9
BEFORE_SNAPSHOT, BEFORE_APPEND, AFTER_APPEND = "before the snapshot", "before the append", "after the append"
POINTS = (BEFORE_SNAPSHOT, BEFORE_APPEND, AFTER_APPEND)

Death = tuple[str, int]
"""Where a process dies, and at which trade (from 1)."""


def script() -> dict[float, Any]:
    """In with every other bar, out with the next one."""
    return {
        60.0 * bar: (lambda s: s.close(reason="out")) if bar % 2 else (lambda s: s.buy(100, reason="in"))
        for bar in range(BARS)
    }


def events() -> list[Tick | Candle]:
    found: list[Tick | Candle] = []
    for bar in range(BARS):
        price = str(30_000 + 7 * bar)
        found += [tick(price, 60.0 * bar + 60), candle(60.0 * bar, price)]
    return found


def trade_on(home: Home, run: int) -> None:
    """A session's work: from its snapshot to the last event, with a commit after each."""
    spec = LaunchSpec(
        kind="session", id=ID, run=run, home=str(home.root), market="XBTUSD", exchange="sandbox"
    )
    journal = Journal(spec, home, "BTC", 1.0)
    markets = {"XBTUSD": XBTUSD}
    settings = EngineSettings(ID, "sandbox", run=run, starting_balance=Decimal(1))
    engine = Engine(Scripted(script()), markets, PaperBroker(markets), journal, settings)
    following = 0
    if snapshot := read_snapshot(home.snapshot(ID)):
        engine.restore(snapshot["engine"])
        journal.recover(snapshot)
        following = snapshot["next"]
    engine.start()
    for number, event in enumerate(events()[following:], start=following):
        orders = engine.desk.next_order_id
        engine.handle(event)
        state = {"engine": engine.snapshot(), "next": number + 1}
        journal.commit(lambda: state, due=engine.desk.next_order_id != orders)  # noqa: B023  called at once
    journal.close()


def die_at(death: Death) -> None:
    """Let this process end, without any farewell, when it comes there."""
    point, number = death
    names = vars(journal_module)
    write, extend = names["write_snapshot"], TradesWriter.extend

    def writing(path: Any, state: Any) -> None:
        if point == BEFORE_SNAPSHOT and state["unwritten"] and state["trades_before"] + 1 == number:
            os._exit(KILLED)
        write(path, state)

    def extending(writer: TradesWriter, trades: Sequence[Any]) -> None:
        if point == BEFORE_APPEND and trades and writer.count + 1 == number:
            os._exit(KILLED)
        extend(writer, trades)
        if point == AFTER_APPEND and trades and writer.count == number:
            os._exit(KILLED)

    names["write_snapshot"] = writing
    TradesWriter.extend = extending  # type: ignore[method-assign, assignment]


def run_in_a_child(home: Home, run: int, death: Death | None) -> int:
    """Exit code of a process that trades on."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            if death is not None:
                die_at(death)
            trade_on(home, run)
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def trades(home: Home) -> list[dict[str, Any]]:
    found = json.loads(home.trades(ID).read_text())
    return [{name: value for name, value in trade.items() if name != "run"} for trade in found]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The trades of a process that nobody killed."""
    home = Home.at(tmp_path_factory.mktemp("home")).ensure()
    assert run_in_a_child(home, 1, None) == 0
    assert len(trades(home)) == BARS // 2
    return trades(home)


@pytest.mark.parametrize(
    "deaths",
    [
        *([(point, number) for number in (1, 2, 7, 12)] for point in POINTS),
        [(point, number) for number in range(1, 13) for point in POINTS],
        [
            (BEFORE_APPEND, 3),
            (BEFORE_APPEND, 3),
            (AFTER_APPEND, 3),
        ],  # dies over its recovery
    ],
    ids=[*POINTS, "at every point of every trade", "while it recovers"],
)
def test_every_trade_is_there_once(
    home: Home, undisturbed: list[dict[str, Any]], deaths: Sequence[Death]
) -> None:
    for run, death in enumerate(deaths, start=1):
        assert run_in_a_child(home, run, death) == KILLED
    assert run_in_a_child(home, len(deaths) + 1, None) == 0
    assert trades(home) == undisturbed
