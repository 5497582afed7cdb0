"""The envelope, whatever goes wrong."""

import pytest
from flask.testing import FlaskClient
from flask_openapi3.openapi import OpenAPI

from tests.api.steps import Steps, error


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"{'a': 1}", b"\xff\xfe", b'{"name": NaN}', b'{"x": 1e999}', b'"\\ud800"', b"[" * 5000],
)
def test_what_is_no_json_is_400(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/sessions", data=body, content_type="application/json")
    assert error(answer) == (400, "unreadable")


@pytest.mark.parametrize("field", ["settings", "strategy_params", "unknown"])
@pytest.mark.parametrize("depth", [100, 190, 240, 900])
def test_a_deeply_nested_body_is_refused_whatever_its_depth(steps: Steps, field: str, depth: int) -> None:
    nested = '{"a":' * depth + "1" + "}" * depth
    new = f'{{"type": "test", "market": "XBTUSD", "strategy": "TestBot", "{field}": {nested}}}'
    change = f'{{"{field}": {nested}}}'
    json = {"content_type": "application/json"}
    created = steps.client.post("/sessions", data=new, **json)
    changed = steps.client.patch(f"/sessions/{steps.make()}", data=change, **json)
    for answer in (created, changed):
        assert error(answer) in ((400, "unreadable"), (422, "invalid"))


@pytest.mark.parametrize("body", ["[]", "null", "5", '"text"', "[{}]"])
def test_json_that_is_no_object_is_422(client: FlaskClient, body: str) -> None:
    assert error(client.post("/sessions", data=body, content_type="application/json")) == (422, "invalid")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_another_content_type_is_415(client: FlaskClient, kind: str) -> None:
    answer = client.post("/sessions", data=b'{"type": "test"}', content_type=kind)
    assert error(answer) == (415, "unsupported_media_type")


def test_a_body_beyond_a_mebibyte_is_413(client: FlaskClient) -> None:
    body = b'{"notes": "' + b"x" * (1 << 20) + b'"}'
    assert error(client.post("/sessions", data=body, content_type="application/json")) == (413, "too_large")


@pytest.mark.parametrize("path", ["/nothing", "/sessions/x/y/z", "/favicon.ico", "/session"])
def test_an_unknown_address_is_404(client: FlaskClient, path: str) -> None:
    assert error(client.get(path)) == (404, "not_found")


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_an_unknown_method_is_405_and_tells_the_known_ones(client: FlaskClient, method: str) -> None:
    answer = getattr(client, method)("/sessions")
    assert error(answer) == (405, "method_not_allowed")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_a_database_that_is_away_is_503_and_says_so(steps: Steps) -> None:
    id = steps.make()
    steps.services.engine.dispose()
    file = steps.services.home.root / "botyard.db"
    for path in file.parent.glob("botyard.db*"):
        path.unlink()
    file.mkdir()
    for answer in (steps.client.get("/sessions"), steps.client.get(f"/sessions/{id}"), steps.post()):
        assert error(answer) == (503, "database_down")
        assert answer.get_json()["error"]["details"]["part"] == "database"


def test_a_fault_of_ours_is_500_without_its_insides(app: OpenAPI) -> None:
    @app.get("/fault", doc_ui=False)
    def fault() -> None:
        raise RuntimeError("a secret")

    app.testing = False
    answer = app.test_client().get("/fault")
    assert error(answer) == (500, "internal_error")
    assert "secret" not in answer.get_data(as_text=True)
