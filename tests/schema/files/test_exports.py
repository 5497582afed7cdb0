import csv
import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from schema.files.exports import log_csv, log_json, trades_csv, trades_json
from schema.files.log import LogReader, LogWriter
from schema.files.trades import TradeFilter, TradesReader, TradesWriter

EVIL = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx", 'quote " and, comma\r\nand line']


def trades_file(tmp_path: Path) -> Path:
    path = tmp_path / "trades_x.json"
    with TradesWriter(path, {"session": "x"}) as writer:
        for n, text in enumerate(EVIL):
            writer.append(
                {"id": str(n), "pnl": Decimal("-0.00000012"), "entry_reason": text, "legs": [{"pnl": 1}]}
            )
    return path


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_csv_is_read_back_and_no_text_is_a_formula(tmp_path: Path) -> None:
    content = b"".join(trades_csv(TradesReader(trades_file(tmp_path), decimals=True)))
    rows = rows_of(content)
    assert [row["entry_reason"] for row in rows] == [f"'{text}" for text in EVIL[:5]] + EVIL[5:]
    assert {row["pnl"] for row in rows} == {"-0.00000012"}
    assert json.loads(rows[0]["legs"]) == [{"pnl": 1}]
    assert content.count(b"\r\n") == len(rows) + 2


def test_json_is_one_array_with_exact_numbers(tmp_path: Path) -> None:
    reader = TradesReader(trades_file(tmp_path), decimals=True)
    content = b"".join(trades_json(reader, TradeFilter(text="hyper")))
    assert b'"pnl":-0.00000012' in content
    assert [row["id"] for row in json.loads(content)] == ["0"]
    assert json.loads(b"".join(trades_json(TradesReader(tmp_path / "none.json")))) == []


def test_the_log_as_csv_and_json(tmp_path: Path) -> None:
    with LogWriter(tmp_path / "x.log", "x", "sandbox", "XBTUSD") as log:
        for text in EVIL:
            log.write("info", text, {"a": 1})
    reader = LogReader(tmp_path / "x.log")
    rows = rows_of(b"".join(log_csv(reader)))
    assert rows[0]["message"] == "'=HYPERLINK(1)"
    assert rows[0]["data"] == '{"a":1}'
    assert [line["message"] for line in json.loads(b"".join(log_json(reader)))] == EVIL


def test_a_large_file_is_exported_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "trades_x.json"
    TradesWriter(path).close()
    row = json.dumps({"id": "1", "entry_reason": "x" * 400})
    path.write_text("[\n" + ",\n".join([row] * 60_000) + "\n]\n")
    TradesWriter(path).close()
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from schema.files.exports import trades_csv; from schema.files.trades import TradesReader\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(sum(len(piece) for piece in trades_csv(TradesReader(Path(sys.argv[1])))))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    out = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    size, kilobytes = map(int, out.stdout.split())
    assert size > 24_000_000
    assert kilobytes < 6_000
