"""A finished backtest into the ledger of runs, and its report."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bots.core.backtest import BacktestResult
from bots.process import BadSpec
from bots.runner import provenance
from bots.runner.candles import Gathered
from bots.runner.prepare import Prepared
from bots.strategies.loader import params_model
from schema.files import ledger
from schema.metrics_catalogue import CATALOGUE
from schema.session_settings import SessionSettings

MOST_TRADES = 20_000
MOST_POINTS = 50_000
"""What is kept of a run to tell where another begins to differ; its hash is of all."""
_KEPT = frozenset(
    f"trade_{name}"
    for name in (
        *("entry_time", "exit_time", "entry_price", "exit_price", "size", "side", "pnl", "fees", "funding"),
        *("slippage", "exit_reason"),
    )
) | {"equity_ts", "equity_equity"}


def entry(
    prepared: Prepared, gathered: Gathered, result: BacktestResult, engine: str, seconds: float
) -> dict[str, Any]:
    """All that the ledger keeps of a run, but for what it adds itself (id and time)."""
    spec = prepared.spec
    settings = prepared.settings.model_dump(mode="json")
    recorded = spec.id != HERE
    return {
        "session": {"id": spec.id, "run": spec.run} if recorded else None,
        "strategy": {
            "id": spec.strategy,
            "params": _params(prepared),
            "source": provenance.source(type(prepared.strategy), prepared.home.strategies),
        },
        "market": spec.market,
        "exchange": spec.exchange,
        "range": [spec.range_start, spec.range_end],
        "settings": settings,
        "engine": engine,
        "engine_used": result.engine,
        "data": provenance.data(gathered),
        "versions": provenance.versions(),
        "result": provenance.result(result),
        "metrics": scalars(result.metrics),
        "assumptions": result.assumptions,
        "notes": list(result.notes),
        "ambiguous": dict(result.ambiguous),
        "seconds": round(seconds, 3),
    }


HERE = "backtest"
"""Session id of a run that is no session."""


def store(prepared: Prepared, told: Mapping[str, Any], result: BacktestResult) -> ledger.Entry:
    """Put an entry into the ledger; gives it with its id. Raises OSError."""
    return ledger.add(prepared.home.runs, told, packed(provenance.rows(result.table, result.curve)))


def scalars(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """The figures without the tables."""
    return {
        name: value
        for name, value in metrics.items()
        if name in CATALOGUE and CATALOGUE[name].unit != "table"
    }


def packed(columns: Mapping[str, Any]) -> bytes:
    """Columns as an .npz of bounded size: the first trades, and of more points than may be each second,
    third ... one, so that the range stays whole.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, column in kept(columns).items():
            piece = io.BytesIO()
            np.save(piece, np.ascontiguousarray(column), allow_pickle=False)
            file.writestr(zipfile.ZipInfo(f"{name}.npy"), piece.getbuffer(), zipfile.ZIP_DEFLATED, 1)
    return buffer.getvalue()


def kept(columns: Mapping[str, Any]) -> dict[str, Any]:
    """What `packed` keeps."""
    points = len(columns["equity_ts"])
    step = max(1, -(-points // MOST_POINTS))
    return {
        name: column[:MOST_TRADES] if name.startswith("trade_") else column[::step]
        for name, column in columns.items()
        if name in _KEPT
    }


def defaults(prepared: Prepared) -> dict[str, Any]:
    """Settings and parameters as they are where nobody chooses any."""
    model = params_model(type(prepared.strategy))
    fields = {name: field for name, field in model.model_fields.items() if not field.is_required()}
    values = {name: field.get_default(call_default_factory=True) for name, field in fields.items()}
    return {
        "settings": SessionSettings().model_dump(mode="json"),
        "params": model.model_construct(**values).model_dump(mode="json", include=set(values)),
    }


def check_report(path: str) -> Path:
    """The file that a report goes to, before anything is run for it. Raises BadSpec."""
    file = Path(path)
    beside = file.with_name(f".{file.name}.try")
    try:
        if file.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        beside.touch()
        beside.unlink()
        if file.exists():
            file.open("ab").close()
    except OSError as error:
        raise BadSpec(f"no report can be written to {file}: {error.strerror}", "bad_report") from None
    return file


def write_report(
    path: Path, prepared: Prepared, gathered: Gathered, result: BacktestResult, told: Mapping[str, Any]
) -> None:
    """The report of a run, whole or not at all. Raises OSError."""
    from bots.report.backtest import Subject, backtest_page
    from schema.files.atomic import write_atomic

    begin, end = told["range"]
    subject = Subject(
        told,
        result,
        {market: series.between(begin, end) for market, series in gathered.series.items()},
        prepared.settle,
        prepared.spec.exchange == "sandbox",
        defaults(prepared),
    )
    write_atomic(path, backtest_page(subject).encode())


def _params(prepared: Prepared) -> dict[str, Any]:
    params = prepared.strategy.params
    told: dict[str, Any] = params.model_dump(mode="json") if params is not None else {}
    return told
