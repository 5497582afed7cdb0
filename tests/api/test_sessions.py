"""Making, listing, changing, cloning and deleting sessions."""

import time
from typing import Any

import pytest

from schema.db.rows import StrategyRow
from schema.db.strategies import all_strategies, replace_all
from schema.session_settings import RestartPolicy, SessionSettings
from schema.states import Event
from tests.api.steps import UNKNOWN, Steps, error, fields

START, END = 1_705_000_000, 1_706_000_000
FILTERS: list[tuple[str, list[str]]] = [
    ("status=running", ["running"]),
    ("status=running,created", ["backtest", "pair", "running"]),
    ("type=backtest", ["backtest"]),
    ("type=backtest,test", ["backtest", "pair", "running"]),
    ("market=XBTUSD+ETHUSD", ["pair"]),
    ("market=XBTUSD%2BETHUSD", ["pair"]),
    ("strategy=PairTradeBot", ["pair"]),
    ("exchange=bitmex", ["backtest"]),
    ("search=PAI", ["pair"]),
    ("search=100%25", []),
    ("search=hidden", ["running"]),
    ("created_after=4000000000", []),
    ("created_before=4000000000&sort=name:desc", ["running", "pair", "backtest"]),
    ("stopped_after=1", []),  # none of them has ended
]


def test_a_session_is_made_with_every_default_filled_in(both: Steps) -> None:
    answer = both.post()
    session = answer.get_json()["session"]
    assert answer.status_code == 201
    assert (session["name"], session["status"], session["exchange"]) == ("BTC Test #1", "created", "sandbox")
    assert session["strategy_params"] == {"threshold": 0.5, "position_size": 100}
    assert session["settings"]["leverage"] == 1
    assert session["settings"]["restart"] == {"policy": "never", "delay": 1, "max_delay": 60, "limit": 10}
    assert abs(session["created_at"] - time.time()) < 10
    assert session["allowed"] == ["start"]


def test_the_filters_have_what_sessions_have(both: Steps) -> None:
    empty = both.client.get("/sessions/filters").get_json()
    assert empty == {"success": True, "markets": [], "strategies": []}
    both.make()
    both.make(market="ETHUSD")
    both.backtest()
    both.make(strategy="PairTradeBot", market="XBTUSD+ETHUSD")
    told = both.client.get("/sessions/filters").get_json()
    assert told["markets"] == [
        {"name": "ETHUSD", "sessions": 1},
        {"name": "XBTUSD", "sessions": 2},
        {"name": "XBTUSD+ETHUSD", "sessions": 1},
    ]
    assert told["strategies"] == [{"name": "PairTradeBot", "sessions": 1}, {"name": "TestBot", "sessions": 3}]


def test_every_setting_is_told_and_documented(steps: Steps) -> None:
    assert steps.session(steps.make())["settings"] == SessionSettings().model_dump(mode="json")
    schemas = steps.client.get("/openapi.json").get_json()["components"]["schemas"]
    for told, taken in (("EffectiveSettings", SessionSettings), ("EffectiveRestart", RestartPolicy)):
        shown = schemas[told]
        assert shown["properties"].keys() == set(shown["required"]) == taken.model_fields.keys()
        for name, field in taken.model_fields.items():
            assert shown["properties"][name]["description"] == field.description


def test_what_is_given_is_kept(both: Steps) -> None:
    id = both.make(
        name="My BTC Test",
        strategy_params={"threshold": 0.3},
        settings={"leverage": 3, "restart": {"policy": "on-failure"}},
        notes="Testing",
    )
    session = both.session(id)
    assert (session["name"], session["notes"]) == ("My BTC Test", "Testing")
    assert session["strategy_params"] == {"threshold": 0.3, "position_size": 100}
    assert (session["settings"]["leverage"], session["settings"]["restart"]["policy"]) == (3, "on-failure")


@pytest.mark.parametrize(
    "text", ["🚀 zum Mond", "'; DROP TABLE sessions; --", "<script>alert(1)</script>", "x" * 255]
)
def test_any_text_is_a_name_and_comes_back_as_it_was(both: Steps, text: str) -> None:
    session = both.session(both.make(name=text, notes=text))
    assert (session["name"], session["notes"]) == (text, text)


def test_more_leverage_than_the_exchange_allows_is_refused_with_its_limit(steps: Steps) -> None:
    bad = fields(steps.post(market="SOLUSD", settings={"leverage": 60}))
    assert bad == {"settings.leverage": "sandbox allows at most 50 on SOLUSD"}
    made = steps.session(steps.make(market="XBTUSD", settings={"leverage": 60}))
    assert made["settings"]["leverage"] == 60


def test_every_bad_field_is_named_at_once(steps: Steps) -> None:
    bad = fields(
        steps.post(
            exchange="mtgox",
            strategy_params={"threshold": 7, "position_size": "much", "colour": "red"},
            settings={"leverage": 0, "restart": {"policy": "always"}},
            range_start=5,
        )
    )
    assert set(bad) == {
        "exchange",
        "strategy_params.threshold",
        "strategy_params.position_size",
        "strategy_params.colour",
        "settings.leverage",
        "settings.restart.policy",
        "range_start",
    }
    assert "maximum of 1" in bad["strategy_params.threshold"]


def test_a_whole_number_with_a_fraction_of_zero_is_an_integer(steps: Steps) -> None:
    stored = steps.session(steps.make(strategy_params={"position_size": 50.0, "threshold": 1.0}))
    assert str(stored["strategy_params"]) == "{'threshold': 1.0, 'position_size': 50}"


def test_wrong_types_and_unknown_fields_are_named_at_once(steps: Steps) -> None:
    bad = fields(
        steps.post(type="live", market=5, name="x" * 300, nmae="y", settings={"leverage": "2x", "foo": 1})
    )
    assert set(bad) >= {"type", "market", "name", "nmae", "settings.foo", "settings.leverage"}
    assert bad["nmae"] == "unknown field"
    assert "255" in bad["name"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"strategy": "Nope"}, "strategy", "TestBot"),
        ({"market": "LUNAUSD"}, "market", "XBTUSD"),
        ({"market": "XBTUSD+ETHUSD"}, "market", "is a pair"),
        ({"market": "XBTUSD+XBTUSD"}, "market", "itself"),
        ({"market": "BTC/USDT:USDT+ETH/USDT:USDT"}, "market", "20"),
        ({"strategy": "PairTradeBot"}, "market", "pair of markets"),
        ({"exchange": "bitmex"}, "exchange", "2026-09-23"),
        ({"type": "scraper"}, "type", "test"),
        ({"name": "   "}, "name", "seen"),
        ({"name": "a\nb"}, "name", "characters"),
    ],
)
def test_what_does_not_fit_is_told(steps: Steps, changes: dict[str, Any], field: str, words: str) -> None:
    assert words in fields(steps.post(**changes))[field]


def test_a_closed_exchange_may_still_be_backtested(steps: Steps) -> None:
    assert steps.session(steps.backtest(exchange="bitmex"))["exchange"] == "bitmex"


@pytest.mark.parametrize(
    ("start", "end", "field", "words"),
    [
        (None, END, "range_start", "required"),
        (START, None, "range_end", "required"),
        (END, START, "range_end", "before"),
        (START, START, "range_end", "empty"),
        (START, 4_000_000_000, "range_end", "future"),
        (START * 1000, END * 1000, "range_start", "milliseconds"),
    ],
)
def test_a_bad_range_is_told(
    steps: Steps, start: int | None, end: int | None, field: str, words: str
) -> None:
    assert words in fields(steps.post(type="backtest", range_start=start, range_end=end))[field]


def test_a_strategy_that_does_not_load_cannot_be_used(steps: Steps) -> None:
    engine = steps.services.engine
    broken = StrategyRow("Mine", "Mine", supported_types=[], source="user", error="SyntaxError: line 3")
    replace_all(engine, [*all_strategies(engine), broken])
    assert "SyntaxError: line 3" in fields(steps.post(strategy="Mine"))["strategy"]


def test_a_page_of_the_list_has_what_is_documented(both: Steps) -> None:
    for _ in range(3):
        both.make()
    page = both.client.get("/sessions?limit=2&offset=1").get_json()
    assert {name: page[name] for name in ("success", "total", "limit", "offset")} == {
        "success": True,
        "total": 3,
        "limit": 2,
        "offset": 1,
    }
    assert [session["name"] for session in page["sessions"]] == ["BTC Test #2", "BTC Test #1"]
    documented = {"id", "name", "type", "market", "strategy", "status", "created_at", "started_at"}
    assert documented | {"trade_count", "total_pnl", "win_rate", "exchange"} <= set(page["sessions"][0])


def test_filters(both: Steps) -> None:
    both.started(name="running", notes="something hidden")
    both.make(name="pair", strategy="PairTradeBot", market="XBTUSD+ETHUSD")
    both.backtest(name="backtest", exchange="bitmex")
    for query, names in FILTERS:
        found = [session["name"] for session in both.client.get(f"/sessions?{query}").get_json()["sessions"]]
        assert (found if "sort" in query else sorted(found)) == names, query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=201", "limit"),
        ("limit=0", "limit"),
        ("offset=-1", "offset"),
        ("status=running,dead", "status"),
        ("type=live", "type"),
        ("sort=password:asc", "sort"),
        ("sort=name:sideways", "sort"),
        ("created_after=yesterday", "created_after"),
        ("stopped_before=later", "stopped_before"),
        ("stauts=running", "stauts"),
        ("limit=1&limit=2", "limit"),
    ],
)
def test_a_bad_parameter_is_named(steps: Steps, query: str, field: str) -> None:
    assert field in fields(steps.client.get(f"/sessions?{query}"))


def test_name_and_notes_change_at_any_time(both: Steps) -> None:
    id = both.started().id
    answer = both.client.patch(f"/sessions/{id}", json={"name": "New", "notes": "seen"})
    assert answer.get_json()["session"]["name"] == "New"
    assert both.client.patch(f"/sessions/{id}", json={"notes": None}).get_json()["session"]["notes"] is None
    assert both.session(id)["name"] == "New"


def test_parameters_change_until_the_first_start(both: Steps) -> None:
    id = both.make(strategy_params={"threshold": 0.1})
    change = {"strategy_params": {"position_size": 7}, "settings": {"restart": {"delay": 5}}}
    session = both.client.patch(f"/sessions/{id}", json=change).get_json()["session"]
    assert session["strategy_params"] == {"threshold": 0.1, "position_size": 7}
    assert (session["settings"]["restart"]["delay"], session["settings"]["restart"]["policy"]) == (5, "never")
    both.move(id, Event.START)
    refused = both.client.patch(f"/sessions/{id}", json=change)
    assert error(refused) == (409, "conflict")
    assert refused.get_json()["error"]["details"] == {"status": "running", "allowed": ["stop", "pause"]}


def test_a_change_is_checked_as_a_new_session_is(steps: Steps) -> None:
    id = steps.backtest()
    bad = fields(
        steps.client.patch(
            f"/sessions/{id}",
            json={"range_end": 5, "strategy_params": {"threshold": 2}, "settings": {"leverage": 0}},
        )
    )
    assert set(bad) == {"range_end", "strategy_params.threshold", "settings.leverage"}
    assert set(fields(steps.client.patch(f"/sessions/{id}", json={"status": "running"}))) == {"status"}


def test_a_clone_takes_over_the_configuration_and_its_changes(both: Steps) -> None:
    id = both.backtest(name="Original", strategy_params={"threshold": 0.2}, settings={"leverage": 2})
    answer = both.client.post(f"/sessions/{id}/clone", json={"strategy_params": {"position_size": 5}})
    clone = answer.get_json()["session"]
    assert answer.status_code == 201
    assert (clone["cloned_from"], clone["status"], clone["name"]) == (id, "created", "Clone of Original")
    assert clone["strategy_params"] == {"threshold": 0.2, "position_size": 5}
    assert (clone["range_start"], clone["range_end"], clone["settings"]["leverage"]) == (START, END, 2)


def test_blanks_are_no_body_that_was_left_out(steps: Steps) -> None:
    address = f"/sessions/{steps.make()}/clone"
    assert error(steps.client.post(address, data="\n", content_type="application/json"))[0] == 400


def test_a_clone_needs_no_body(steps: Steps) -> None:
    assert steps.client.post(f"/sessions/{steps.make()}/clone").status_code == 201


def test_deleting_takes_events_and_files_with_it_and_leaves_others(both: Steps) -> None:
    kept, id = both.make(), both.make()
    for session in (kept, id):
        both.trades(session, 2)
        both.log(session).close()
    both.services.home.lock(id).touch()
    (both.services.home.sessions / f"{id}.run1.log").touch()
    assert both.client.delete(f"/sessions/{id}").get_json() == {"success": True, "id": id, "deleted": True}
    assert error(both.client.get(f"/sessions/{id}")) == (404, "not_found")
    home = both.services.home
    left = [path.name for folder in (home.sessions, home.run) for path in folder.iterdir() if id in path.name]
    assert left == []
    assert home.trades(kept).exists()


@pytest.mark.parametrize("event", [None, Event.PAUSE])
def test_a_live_session_cannot_be_deleted(both: Steps, event: Event | None) -> None:
    id = both.started().id
    if event:
        both.move(id, event)
    refused = both.client.delete(f"/sessions/{id}")
    assert error(refused) == (409, "conflict")
    assert "stop" in refused.get_json()["error"]["details"]["allowed"]


@pytest.mark.parametrize(
    "id", [UNKNOWN, "1", "..%2f..%2fetc%2fpasswd", "%00", "x" * 3000, UNKNOWN.upper()[:-1] + "A"]
)
def test_an_id_of_nothing_is_404(steps: Steps, id: str) -> None:
    for path in ("", "/trades", "/logs", "/metrics", "/equity", "/events"):
        assert error(steps.client.get(f"/sessions/{id}{path}")) == (404, "not_found")
    assert error(steps.client.delete(f"/sessions/{id}")) == (404, "not_found")
    assert error(steps.client.patch(f"/sessions/{id}", json={"name": "x"})) == (404, "not_found")
    for action in ("start", "stop", "pause", "resume", "restart", "clone", "heartbeat"):
        assert error(steps.client.post(f"/sessions/{id}/{action}")) == (404, "not_found")
