"""GET /openapi.json and /docs"""

from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_openapi3.openapi import OpenAPI
from openapi_spec_validator import OpenAPIV31SpecValidator

_STREAMS = ("/sessions/<id>/logs/stream", "/events/stream")
_PAGES = ("/", "/assets/<path:name>", "/openapi.json", "/docs", "/docs/<path:name>")


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
    for name in ("LogMessage", "TradeMessage", "HeartbeatMessage", "GapMessage", "EventMessage"):
        assert "offset" in schemas[name]["properties"]
    assert set(document["x-websockets"]) == {"/sessions/{id}/logs/stream", "/events/stream"}


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
