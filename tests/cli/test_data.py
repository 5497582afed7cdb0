"""`botyard data`: what its commands print, and the codes with which they end."""

import json
from pathlib import Path

import numpy as np
import pytest

from cli.client import Exit
from schema.archive import layout
from schema.archive.reader import read_candles
from schema.archive.writer import CandleArchive
from schema.settings import Settings
from tests.bots.data.running import sandbox
from tests.cli.test_main import botyard
from tests.schema.archive.samples import DAY, START, minutes

RANGE = ("--from", "2024-01-22", "--to", "2024-01-23")


def recorded(settings: Settings, exchange: str = "sandbox", without: slice | None = None) -> None:
    candles = minutes(1440)
    if without is not None:
        candles = candles.take(np.delete(np.arange(1440), without))
    CandleArchive(settings.home.ensure().archive).write(exchange, "XBTUSD", candles)


def test_check_says_whole_and_ends_well(settings: Settings) -> None:
    recorded(settings)
    run = botyard("data", "check")
    assert (run.returncode, run.stdout.splitlines()[-1]) == (0, "whole")
    assert "1,440" in run.stdout


def test_check_names_what_is_wrong_and_ends_badly(settings: Settings) -> None:
    recorded(settings, without=slice(100, 105))
    run = botyard("data", "check", "--market", "XBTUSD", "--exchange", "sandbox")
    assert run.returncode == Exit.FAILED
    assert "2024-01-22 01:40:00" in run.stdout
    assert "5 candles missing" in run.stdout
    assert "not whole" in run.stdout
    told = json.loads(botyard("data", "check", "--json", *RANGE).stdout)
    assert told["whole"] is False
    (finding,) = told["data"][0]["findings"]
    assert (finding["kind"], finding["start"], finding["end"], finding["count"], finding["error"]) == (
        "gap",
        START + 6000,
        START + 6300,
        5,
        True,
    )


def test_check_of_what_is_not_recorded(settings: Settings) -> None:
    run = botyard("data", "check", "--market", "ETHUSD")
    assert (run.returncode, "botyard data list" in run.stderr) == (Exit.NOT_FOUND, True)


def test_repair_fetches_what_check_found(settings: Settings) -> None:
    with sandbox(settings.home.ensure()):
        asked = botyard("data", "download", "--market", "XBTUSD", "--exchange", "sandbox", *RANGE)
        assert (asked.returncode, asked.stdout) == (
            0,
            "1,440 new candles of XBTUSD on sandbox; 0 missing\n",
        )
        archive = settings.home.archive
        whole = read_candles(archive, "sandbox", "XBTUSD", None, None)
        layout.data_file(archive, "sandbox", "XBTUSD", "2024-01-22", "1m").unlink()
        CandleArchive(archive).write("sandbox", "XBTUSD", whole.take(np.r_[0:50, 60:1440]))
        run = botyard("data", "repair", "--market", "XBTUSD", "--exchange", "sandbox")
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("1 error found; 10 candles of XBTUSD added, 0 replaced")
    assert list(read_candles(archive, "sandbox", "XBTUSD", None, None)) == list(whole)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--kind", "trades", *RANGE), Exit.USAGE, "tells only its latest trades"),
        ((), Exit.USAGE, "give --from and --to"),
        (("--from", "2024-01-23", "--to", "2024-01-22"), Exit.INVALID, "must be after its start"),
    ],
)
def test_downloads_that_cannot_be(
    settings: Settings, arguments: tuple[str, ...], code: Exit, told: str
) -> None:
    run = botyard("data", "download", "--market", "XBTUSD", "--exchange", "sandbox", *arguments)
    assert (run.returncode, told in run.stderr) == (code, True), run.stderr


def test_compact_merges_months_that_are_over(settings: Settings) -> None:
    recorded(settings, "bybit")
    assert json.loads(botyard("data", "compact", "--json").stdout) == {
        "data": [
            {
                "market": "XBTUSD",
                "exchange": "bybit",
                "files": ["xbtusd/2024-01/bybit-1m.parquet"],
                "removed": 1,
                "broken": [],
            }
        ]
    }
    assert botyard("data", "compact").stdout.startswith("Nothing to do")
    listed = json.loads(botyard("data", "list", "--json").stdout)["data"]
    assert [(row["days"], row["first"], row["last"]) for row in listed] == [(1, START, START + DAY - 60)]


def test_importing_what_is_no_candle_file_names_it(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("time,open,high,low,close\n1705881600,1,1,1,1\n1705881660,1,0.5,0.6,1\n")
    importing = ("data", "import", str(file), "--market", "XBTUSD", "--exchange", "bybit")
    run = botyard(*importing)
    assert run.returncode == 0
    assert "1 rejected: high below low" in run.stdout
    assert "the first with high below low is row 2: 2024-01-22 00:01:00 UTC, open 1, high 0.5" in run.stdout
    file.write_text("a,b\n1,2\n")
    run = botyard(
        "data", "import", str(file), "--market", "XBTUSD", "--exchange", "bybit", "--kind", "trades"
    )
    assert (run.returncode, run.stderr.startswith("Error: notes.csv: it has no ")) == (Exit.INVALID, True)
