"""GET /openapi.json and /docs"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_openapi3.openapi import OpenAPI
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from schema.heartbeat import Heartbeat
from schema.metrics_catalogue import CATALOGUE, COLUMNS
from schema.states import Event
from tests.api.steps import Steps

_STREAMS = ("/sessions/<id>/logs/stream", "/events/stream")
_PAGES = ("/", "/assets/<path:name>", "/openapi.json", "/docs", "/docs/<path:name>")


_WHATEVER = {
    "strategy_params",  # of the strategy's own schema
    "default_params",
    "param_schema",
    "settings_schema",
}
"""Objects that have no shape of ours."""


def _name(reference: dict[str, str]) -> str:
    return reference["$ref"].rpartition("/")[2]


def _loose(schema: Any, name: str) -> Iterator[str]:
    """Names of fields below that are objects of which nothing is told."""
    if isinstance(schema, list):
        for one in schema:
            yield from _loose(one, name)
    elif isinstance(schema, dict):
        known = {"properties", "$ref"} & schema.keys() or isinstance(schema.get("additionalProperties"), dict)
        if schema.get("type") == "object" and not known:
            yield name
        for field, told in schema.get("properties", {}).items():
            yield from _loose(told, field)
        for key in ("anyOf", "oneOf", "allOf", "items", "additionalProperties"):
            yield from _loose(schema.get(key), name)


def validator(document: dict[str, Any], name: str) -> Draft202012Validator:
    """Of a schema of the document."""
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    )


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").get_json()
    return found


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_endpoint_is_in_it(app: OpenAPI, document: dict[str, Any]) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()} - set(_STREAMS) - set(_PAGES)
    told = {path.replace("{", "<").replace("}", ">") for path in document["paths"]}
    assert {rule.replace("<path:", "<") for rule in rules} == told


def test_every_operation_tells_its_success_and_its_errors(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            statuses = set(operation["responses"])
            assert statuses & {"200", "201"}, (path, method)
            assert {"400", "403", "404", "422", "500", "503"} <= statuses, (path, method)


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(ids) == len(set(ids))


def test_messages_of_the_websockets_are_in_the_schemas(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    told = [one for stream in document["x-websockets"].values() for one in stream["messages"]["oneOf"]]
    names = {_name(one) for one in told}
    assert names >= {"LogMessage", "TradeMessage", "HeartbeatMessage", "GapMessage", "EventMessage"}
    for name in names:
        for member in schemas[name].get("oneOf", [{"$ref": f"#/{name}"}]):
            assert "offset" in schemas[_name(member)]["properties"]
    assert set(document["x-websockets"]) == {"/sessions/{id}/logs/stream", "/events/stream"}


def test_every_object_that_has_a_shape_is_told_with_it(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert {name for title, schema in schemas.items() for name in _loose(schema, title)} == _WHATEVER


def test_events_are_as_they_are_told(steps: Steps, document: dict[str, Any]) -> None:
    id = steps.started().id
    steps.trades(id, 2)
    steps.beat(id, run=1, trade_count=2)
    steps.client.patch(f"/sessions/{id}", json={"notes": "edited"})
    steps.move(id, Event.CRASHED)
    answer = steps.client.get(f"/sessions/{id}/events").get_json()
    validator(document, "EventsAnswer").validate(answer)
    assert {one["event_type"] for one in answer["events"]} == {
        "created",
        "started",
        "trade",
        "updated",
        "failed",
    }
    check = validator(document, "EventItem")
    for event in answer["events"]:
        check.validate(event)
    assert not check.is_valid({**answer["events"][0], "event_type": "trade"})


def test_a_heartbeat_that_is_streamed_has_the_fields_of_one_that_is_sent(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert _name(schemas["SessionHeartbeatMessage"]["properties"]["data"]) == "ToldHeartbeat"
    assert schemas["ToldHeartbeat"]["properties"].keys() == Heartbeat.model_fields.keys()
    assert "required" not in schemas["ToldHeartbeat"]
    assert not any("default" in told for told in schemas["ToldHeartbeat"]["properties"].values())


def test_tables_of_the_metrics_have_rows(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["MetricsRow"]["properties"].keys() == COLUMNS.keys()
    row = {"trade_count": 1, "total_pnl": 2.5, "win_rate": 100.0, "profit_factor": None}
    figures = {"trade_count": 1, "total_pnl": 2.5, "win_rate": 100.0, "max_drawdown": 0.0}
    tables = {"long": row, "by_year": {"2026": row}, "by_day": {"2026-11-18": -0.5}}
    check = validator(document, "Metrics")
    check.validate({**figures, **tables})
    assert not check.is_valid({**figures, "by_year": {"2026": 5}})
    for key, figure in CATALOGUE.items():
        assert schemas["Metrics"]["properties"][key].get("description"), figure


def test_the_page_and_all_that_it_loads_come_from_here(client: FlaskClient) -> None:
    page = client.get("/docs").get_data(as_text=True)
    assert "http://" not in page
    assert "https://" not in page
    for asset in ("css/swagger-ui.css", "js/swagger-ui-bundle.js", "images/swagger.svg"):
        assert asset in page
        assert client.get(f"/docs/{asset}", buffered=True).status_code == 200


@pytest.mark.parametrize("name", ["nothing.js", "../../plugins.py", "%2e%2e/%2e%2e/plugins.py"])
def test_nothing_else_of_the_disk_is_served(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/docs/{name}")
    assert answer.status_code == 404
    assert answer.get_json()["success"] is False
