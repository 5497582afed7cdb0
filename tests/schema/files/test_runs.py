import os

from schema.files.equity import EquityReader, EquityWriter
from schema.files.log import LogReader, LogWriter
from schema.files.metrics import write_metrics
from schema.files.runs import archive_run, kept_runs, run_path
from schema.files.snapshot import write_snapshot
from schema.files.trades import TradesReader, TradesWriter
from schema.home import Home

ID = "0b7c1f0e-8a55-4b8e-9d5c-0d3f6f8f8a11"


def one_run(home: Home, run: int) -> None:
    with TradesWriter(home.trades(ID)) as trades:
        trades.append({"id": "1", "run": run})
    with LogWriter(home.log(ID), ID, "sandbox", "XBTUSD", max_bytes=300, run=run) as log:
        for n in range(10):
            log.write("info", f"run {run} line {n}")
    with EquityWriter(home.equity(ID), ID, "sandbox", "XBTUSD", "BTC", 1) as equity:
        equity.append(1, run, 0)
    write_metrics(home.metrics(ID), {"run": run})
    write_snapshot(home.snapshot(ID), {"run": run})


def test_a_new_run_starts_with_empty_files_and_the_old_ones_stay_readable(home: Home) -> None:
    for run in (1, 2):
        one_run(home, run)
        archive_run(home, ID, run)
    assert kept_runs(home, ID) == [1, 2]
    for run in (1, 2):
        assert TradesReader(run_path(home.trades(ID), run)).page().trades == [{"id": "1", "run": run}]
        assert EquityReader(run_path(home.equity(ID), run)).points()[0].equity == run
        lines = list(LogReader(run_path(home.log(ID), run)).iterate())
        assert {line.record["run"] for line in lines} == {run}
        assert lines[-1].record["message"].endswith("line 9")
        assert run_path(home.metrics(ID), run).name == f"{ID}.run{run}.metrics.json"
        assert run_path(home.snapshot(ID), run).exists()
    assert TradesReader(home.trades(ID)).count() == 0
    assert list(LogReader(home.log(ID)).iterate()) == []
    assert not home.snapshot(ID).exists()


def test_offsets_of_the_log_go_on_so_that_a_stream_is_told_what_went(home: Home) -> None:
    one_run(home, 1)
    end = LogReader(home.log(ID)).end_offset()
    archive_run(home, ID, 1)
    one_run(home, 2)
    chunk = LogReader(home.log(ID)).read_from(end)
    assert chunk.lines[-1].record["message"] == "run 2 line 9"
    assert not chunk.reset
    assert all(line.offset >= end for line in LogReader(home.log(ID)).iterate())


def test_archiving_twice_changes_nothing_and_never_overwrites(home: Home) -> None:
    one_run(home, 1)
    archive_run(home, ID, 1)
    before = sorted(os.listdir(home.sessions))
    assert archive_run(home, ID, 1) == []
    assert sorted(os.listdir(home.sessions)) == before
    one_run(home, 1)
    archive_run(home, ID, 1)
    assert TradesReader(run_path(home.trades(ID), 1)).count() == 1
    assert len(os.listdir(home.sessions)) > len(before)


def test_files_of_other_sessions_are_left_alone(home: Home) -> None:
    other = home.trades(ID.replace("0b7c", "ffff"))
    TradesWriter(other).close()
    one_run(home, 1)
    archive_run(home, ID, 1)
    assert other.exists()
