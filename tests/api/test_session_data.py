"""Trades, logs, events, equity and metrics of a session."""

import csv
import io
import json
from typing import Any

import pytest

from schema.files.equity import EquityWriter
from schema.files.metrics import write_metrics
from schema.files.trades import TradesWriter
from schema.metrics_catalogue import CATALOGUE
from schema.states import Event
from tests.api.steps import Steps, error, fields, trade


@pytest.fixture
def traded(steps: Steps) -> str:
    """A session of 120 trades; every odd one won."""
    id = steps.make()
    steps.trades(id, 120)
    return id


@pytest.fixture
def logged(steps: Steps) -> str:
    """A session with a log of three files."""
    id = steps.make()
    with steps.log(id, max_bytes=4_000) as log:
        for number in range(150):
            level = ("info", "warn", "error", "trade")[number % 4]
            log.write(
                level,
                f"line {number}",
                ts=1_706_000_000.5 + number,
                data={"n": number} if level == "trade" else None,
            )
    assert (steps.services.home.sessions / f"{id}.log.2").exists()
    return id


def trades(steps: Steps, id: str, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = steps.client.get(f"/sessions/{id}/trades{query}").get_json()
    return found


def test_trades_come_newest_first_in_pages(steps: Steps, traded: str) -> None:
    page = trades(steps, traded, "?limit=3&offset=2")
    assert [trade["id"] for trade in page["trades"]] == ["118", "117", "116"]
    assert (page["total"], page["limit"], page["offset"], page["exchange"]) == (120, 3, 2, "sandbox")
    assert page["trades"][0]["settle"] == "BTC"
    assert len(trades(steps, traded)["trades"]) == 50
    assert [trade["id"] for trade in trades(steps, traded, "?limit=2&order=asc")["trades"]] == ["1", "2"]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("?sort=exit_time:asc", ["1", "2"]),
        ("?sort=exit_time", ["120", "119"]),
        ("?sort=pnl:desc", ["119", "117"]),
        ("?sort=pnl:asc", ["2", "4"]),
        ("?sort=pnl&order=asc&offset=1", ["4", "6"]),
        ("?sort=side:desc&offset=2", ["116", "114"]),
        ("?sort=duration:asc&side=SHORT", ["2", "4"]),
        ("?sort=mae", ["120", "119"]),
    ],
)
def test_trades_are_sorted(steps: Steps, traded: str, query: str, first: list[str]) -> None:
    assert [trade["id"] for trade in trades(steps, traded, query)["trades"][:2]] == first


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("?side=LONG", 60),
        ("?won=false", 60),
        ("?text=TAKE", 60),
        ("?market=ETHUSD", 0),
        ("?run=2", 0),
        ("?start=1706361001.25&end=1706368201.25", 2),
        ("?start=9e9", 0),
    ],
)
def test_trades_are_filtered(steps: Steps, traded: str, query: str, total: int) -> None:
    assert trades(steps, traded, query)["total"] == total


def test_a_session_that_has_not_traded_has_no_trades(steps: Steps) -> None:
    assert trades(steps, steps.make())["trades"] == []


def test_trades_download_whole_as_json(steps: Steps, traded: str) -> None:
    answer = steps.client.get(f"/sessions/{traded}/trades?format=json&side=LONG")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="trades_{traded}_sandbox.json"'
    assert [trade["id"] for trade in json.loads(answer.data)] == [str(n) for n in range(1, 121, 2)]


def test_trades_download_whole_as_csv(steps: Steps, traded: str) -> None:
    answer = steps.client.get(f"/sessions/{traded}/trades?format=csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert len(rows) == 120
    assert (rows[0]["exchange"], rows[0]["pnl_usd"], rows[1]["exit_reason"]) == ("sandbox", "80.5", "stop")


def test_an_empty_download_is_an_empty_list(steps: Steps) -> None:
    assert steps.client.get(f"/sessions/{steps.make()}/trades?format=json").get_json() == []


@pytest.mark.parametrize("tail", [b',\n{"id":"121","session":', b"\x00\x00", b""])
def test_a_torn_trades_file_still_shows_its_whole_trades(steps: Steps, traded: str, tail: bytes) -> None:
    file = steps.services.home.trades(traded)
    file.write_bytes(file.read_bytes().removesuffix(b"\n]\n") + tail)
    page = trades(steps, traded)
    assert page["success"] is True
    assert page["total"] in (119, 120)


def test_logs_come_newest_first_over_all_files(steps: Steps, logged: str) -> None:
    page = steps.client.get(f"/sessions/{logged}/logs?limit=120").get_json()
    assert [row["message"] for row in page["logs"][:2]] == ["line 149", "line 148"]
    assert page["logs"][0]["timestamp"] == 1_706_000_149.5
    assert page["logs"][0]["exchange"] == page["exchange"] == "sandbox"
    assert len(page["logs"]) == 120
    assert page["total"] == 150
    offsets = [row["offset"] for row in page["logs"]]
    assert offsets == sorted(offsets, reverse=True)
    older = steps.client.get(f"/sessions/{logged}/logs?before={offsets[-1]}").get_json()
    assert [row["message"] for row in older["logs"]] == [f"line {number}" for number in range(29, -1, -1)]
    assert older["total"] == 30


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("level=error", 37),
        ("level=warn,error", 75),
        ("text=LINE+14", 11),
        ("start=1706000100.5&end=1706000110.5", 10),
        ("level=trade&text=nothing", 0),
    ],
)
def test_logs_are_filtered(steps: Steps, logged: str, query: str, total: int) -> None:
    assert steps.client.get(f"/sessions/{logged}/logs?{query}").get_json()["total"] == total


@pytest.mark.parametrize("form", ["json", "csv"])
def test_logs_download_whole(steps: Steps, logged: str, form: str) -> None:
    answer = steps.client.get(f"/sessions/{logged}/logs?format={form}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="log_{logged}_sandbox.{form}"'
    text = answer.get_data(as_text=True)
    rows = json.loads(text) if form == "json" else list(csv.DictReader(io.StringIO(text)))
    assert [row["message"] for row in rows] == [f"line {number}" for number in range(150)]
    assert {row["exchange"] for row in rows} == {"sandbox"}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("logs?limit=1001", "limit"),
        ("logs?level=loud", "level"),
        ("trades?limit=201", "limit"),
        ("trades?side=UP", "side"),
        ("trades?sort=id", "sort"),
        ("trades?sort=pnl:up", "sort"),
        ("trades?format=xml", "format"),
        ("trades?start=nan", "start"),
        ("events?type=birthday", "type"),
        ("equity?points=0", "points"),
        ("metrics/", None),
    ],
)
def test_bad_parameters_are_named(steps: Steps, path: str, field: str | None) -> None:
    answer = steps.client.get(f"/sessions/{steps.make()}/{path}")
    if field:
        assert field in fields(answer)
    else:
        assert answer.status_code == 200


def test_text_that_is_no_utf8_and_numbers_that_are_none_come_out_as_json(steps: Steps) -> None:
    id = steps.make()
    with steps.log(id) as log:
        log.write("info", "half \ud83d a pair", data={"big": 10**40, "none": float("nan")})
    rows = steps.client.get(f"/sessions/{id}/logs").get_json()["logs"]
    assert rows[0]["message"].startswith("half ")
    assert rows[0]["data"]["big"] == 1e40


def test_events_tell_what_happened(both: Steps) -> None:
    id = both.started().id
    both.move(id, Event.PAUSE)
    page = both.client.get(f"/sessions/{id}/events").get_json()
    assert [event["event_type"] for event in page["events"]] == ["paused", "started", "created"]
    assert page["events"][0]["event_data"]["status"] == "paused"
    assert int(page["events"][0]["timestamp"]) == page["events"][0]["created_at"]
    assert page["total"] == 3
    only = both.client.get(f"/sessions/{id}/events?type=created,paused&order=asc&limit=1").get_json()
    assert ([event["event_type"] for event in only["events"]], only["total"]) == (["created"], 2)


def test_the_equity_curve_keeps_its_extremes(steps: Steps) -> None:
    id = steps.make()
    with EquityWriter(steps.services.home.equity(id), id, "sandbox", "XBTUSD", "BTC", 1) as curve:
        for number in range(1000):
            equity = {500: 2.0, 600: 0.5}.get(number, 1.0)
            curve.append(1_706_000_000 + number, equity, 0)
    answer = steps.client.get(f"/sessions/{id}/equity?points=20").get_json()
    values = [point["equity"] for point in answer["equity"]]
    assert len(values) <= 20
    assert (max(values), min(values), answer["total"]) == (2.0, 0.5, 1000)
    assert (answer["settle"], answer["starting_balance"], answer["exchange"]) == ("BTC", 1, "sandbox")
    part = steps.client.get(f"/sessions/{id}/equity?start=1706000010&end=1706000013").get_json()
    assert [point["timestamp"] for point in part["equity"]] == [1_706_000_010, 1_706_000_011, 1_706_000_012]


def test_the_curve_of_a_pair_begins_in_the_currency_that_it_is_told_in(steps: Steps) -> None:
    id = steps.make(strategy="PairTradeBot", market="XBTUSD+ETHUSD")
    with EquityWriter(steps.services.home.equity(id), id, "sandbox", "XBTUSD+ETHUSD", "USD", 1) as curve:
        curve.append(1_706_000_000, 92_600.0, 0)
    answer = steps.client.get(f"/sessions/{id}/equity").get_json()
    assert (answer["settle"], answer["starting_balance"]) == ("USD", None)  # not the coin of each leg


def test_a_session_without_a_curve_has_an_empty_one(steps: Steps) -> None:
    answer = steps.client.get(f"/sessions/{steps.make()}/equity").get_json()
    assert (answer["equity"], answer["settle"]) == ([], None)


def test_trades_tell_their_excursions_where_they_were_noted(steps: Steps) -> None:
    id = steps.make()
    noted = {"mae": -0.00125, "mfe": 0.004, "bars_held": 7, "settle_usd": 89520.0}
    with TradesWriter(steps.services.home.trades(id)) as writer:
        writer.extend([trade(id, 0), trade(id, 1, **noted)])
    newest, oldest = steps.client.get(f"/sessions/{id}/trades").get_json()["trades"]
    assert {name: newest[name] for name in noted} == noted
    assert noted.keys().isdisjoint(oldest)
    rows = list(csv.DictReader(io.StringIO(steps.client.get(f"/sessions/{id}/trades?format=csv").text)))
    assert [rows[1][name] for name in noted] == ["-0.00125", "0.004", "7", "89520.0"]
    assert [rows[0][name] for name in noted] == ["", "", "", ""]


def test_the_document_names_every_figure(steps: Steps) -> None:
    schemas = steps.client.get("/openapi.json").get_json()["components"]["schemas"]
    assert schemas["Metrics"]["properties"].keys() >= CATALOGUE.keys()
    assert "percent" in schemas["Metrics"]["properties"]["cagr"]["description"]


def test_metrics_are_those_of_the_run_over_the_counters(steps: Steps) -> None:
    id = steps.started().id
    steps.beat(id, run=1, trade_count=0, total_pnl=12.5, win_rate=50.0)
    shown = steps.client.get(f"/sessions/{id}/metrics").get_json()["metrics"]
    assert (shown["total_pnl"], shown["win_rate"], shown["trade_count"]) == (12.5, 50, 0)
    write_metrics(steps.services.home.metrics(id), {"trade_count": 45, "total_pnl": 1234.5, "sharpe": None})
    answer = steps.client.get(f"/sessions/{id}/metrics").get_json()
    assert (answer["metrics"]["trade_count"], answer["metrics"]["total_pnl"]) == (45, 1234.5)
    assert answer["exchange"] == "sandbox"


def test_metrics_have_the_position_of_now_and_the_trades_that_no_heartbeat_told_of(steps: Steps) -> None:
    id = steps.started().id
    written = {"trade_count": 2, "total_pnl": 7.0, "sharpe": 1.5, "position": [], "equity": 1.0, "run": 1}
    write_metrics(steps.services.home.metrics(id), written)
    position = {"market": "XBTUSD", "side": "LONG", "size": 50, "entry_price": 9.0, "settle": "BTC"}
    steps.beat(id, run=1, trade_count=2, total_pnl=7.0, max_drawdown=3.5, equity=1.25, position=[position])
    shown = steps.client.get(f"/sessions/{id}/metrics").get_json()["metrics"]
    assert (shown["equity"], shown["max_drawdown"], shown["sharpe"]) == (1.25, 3.5, 1.5)
    assert shown["position"][0]["side"] == "LONG"
    write_metrics(steps.services.home.metrics(id), {**written, "trade_count": 3, "equity": 1.5})
    shown = steps.client.get(f"/sessions/{id}/metrics").get_json()["metrics"]
    assert (shown["trade_count"], shown["equity"]) == (3, 1.5)


def test_a_broken_metrics_file_is_told_not_hidden(steps: Steps) -> None:
    id = steps.make()
    steps.services.home.metrics(id).write_text("{")
    answer = steps.client.get(f"/sessions/{id}/metrics")
    assert answer.status_code == 200
    assert "broken" in answer.get_json()["metrics"]["notes"][0]


def test_a_wrong_method_is_405(steps: Steps) -> None:
    assert error(steps.client.post(f"/sessions/{steps.make()}/trades")) == (405, "method_not_allowed")
