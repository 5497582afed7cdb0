"""The table of strategies follows what the describe child tells."""

import pytest

from schema.control import DaemonError
from schema.db.strategies import all_strategies
from schema.states import Status
from tests.supervisor.harness import Bench
from tests.wait import until


def names(bench: Bench) -> list[str]:
    return [row.id for row in all_strategies(bench.engine)]


def test_the_table_is_filled_at_start_up_and_follows_the_folder(bench: Bench) -> None:
    until(lambda: names(bench) == ["BuiltIn"])
    (bench.home.strategies / "mine.py").write_text("")
    bench.ask("describe")
    assert names(bench) == ["BuiltIn", "mine"]
    (bench.home.strategies / "mine.py").unlink()
    until(lambda: names(bench) == ["BuiltIn"], 8)


def test_a_file_that_hangs_is_told_and_harms_nothing(stopped_bench: Bench) -> None:
    bench = stopped_bench
    bench.environment["BOTYARD_READY_SECONDS"] = "3"
    bench.start_daemon()
    until(lambda: names(bench) == ["BuiltIn"])
    (bench.home.strategies / "hang.py").write_text("")
    with pytest.raises(DaemonError) as caught:
        bench.ask("describe", force=True)
    assert caught.value.details == {"reason": "timeout"}
    assert names(bench) == ["BuiltIn"]
    id, _ = bench.start()
    assert bench.row(id).status is Status.RUNNING
