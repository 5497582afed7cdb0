"""Makes the pictures of the README: a report of each built-in strategy over a month of recorded candles.

    python docs/pictures/make.py FOLDER

FOLDER holds `BTC_USDT_USDT-1m-futures.feather`, `BTC_USDT_USDT-8h-funding_rate.feather` and the same of ETH.
Needs Chromium (`apt install chromium`); nothing else of Botyard does.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
OPTIONS = ("--from", "2023-07-19", "--to", "2023-08-17")
# Of one coin, a position of 100 dollars would hardly move the curve.
SMALL = ("--setting", "starting_balance=0.01")
FOR_TWO = ("--setting", "starting_balance=0.03")
MOST_BYTES = 200_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Picture(NamedTuple):
    """A report as a PNG: what is run, how large the picture is, and whether it is dark."""

    name: str
    options: tuple[str, ...]
    height: int = 1200
    dark: bool = False


PICTURES = (
    Picture("test-bot", ("--strategy", "TestBot", "--market", "XBTUSD", "--timeframe", "1h", *SMALL)),
    Picture(
        "moving-average-cross",
        ("--strategy", "MovingAverageCross", "--market", "XBTUSD", "--timeframe", "1h", *SMALL),
        dark=True,
    ),
    Picture(
        "bollinger-reversion",
        ("--strategy", "BollingerReversion", "--market", "XBTUSD", "--timeframe", "1h", *SMALL),
    ),
    Picture(
        "pair-trade-bot",
        ("--strategy", "PairTradeBot", "--market", "XBTUSD+ETHUSD", "--timeframe", "1h", *FOR_TWO),
    ),
)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        print("no Chromium is installed", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "BOTYARD_HOME": folder}
        fill(Path(arguments[0]), environment)
        for picture in PICTURES:
            report = Path(folder) / f"{picture.name}.html"
            botyard(
                environment, "backtest", "--exchange", "bybit", *OPTIONS, *picture.options, "--report", report
            )
            size = take(browser, report, HERE / f"{picture.name}.png", picture)
            print(f"{picture.name}.png, {size // 1000} kB")
    return 0


def fill(recorded: Path, environment: dict[str, str]) -> None:
    """The month's candles and funding rates into a fresh archive."""
    for coin, market in (("BTC", "XBTUSD"), ("ETH", "ETHUSD")):
        for kind, ending in (("candles", "1m-futures"), ("funding", "8h-funding_rate")):
            file = recorded / f"{coin}_USDT_USDT-{ending}.feather"
            options = ("--market", market, "--exchange", "bybit", "--kind", kind)
            botyard(environment, "data", "import", file, *options)


def botyard(environment: dict[str, str], *words: str | Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "cli.main", *map(str, words)],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=HERE.parents[1],
    )


def take(browser: str, report: Path, file: Path, picture: Picture) -> int:
    """The top of a report as a PNG; its size in bytes. Raises ValueError where that is too large."""
    page = report.read_text(encoding="utf-8")
    theme = "dark" if picture.dark else "light"
    report.write_text(page.replace('<html lang="en">', f'<html lang="en" data-theme="{theme}">'))
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser,
                *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"),
                *("--disable-background-networking", f"--user-data-dir={profile}"),
                *("--virtual-time-budget=3000", f"--window-size=1200,{picture.height}"),
                *(f"--screenshot={file}", report.as_uri()),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
    if (size := file.stat().st_size) > MOST_BYTES:
        raise ValueError(f"{file.name} has {size:,} bytes, more than {MOST_BYTES:,}")
    return size


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
