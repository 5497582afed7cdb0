"""The dashboard's files, as the API serves them."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from schema.db import migrate
from schema.settings import Settings, load_settings
from tests.api.steps import UNKNOWN, error

INDEX, SCRIPT = b"<!doctype html><title>Botyard</title>", b"console.log('a dashboard');" * 50
TOKEN = "a-secret-of-enough-length"
HTML = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
Open = Callable[..., FlaskClient]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dashboard as the build leaves it."""
    built = tmp_path / "pages"
    (built / "assets").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("classified")
    (built / "index.html").write_bytes(INDEX)
    (built / "favicon.svg").write_bytes(b"<svg/>")
    (built / "assets" / "index-Abc123.js").write_bytes(SCRIPT)
    (built / "assets" / "index-Abc123.css").write_bytes(b"body{}")
    (built / "assets" / "logo-Abc123.png").write_bytes(b"PNG")
    for name in ("index.html", "assets/index-Abc123.js"):
        plain = (built / name).read_bytes()
        (built / f"{name}.gz").write_bytes(gzip.compress(plain))
        (built / f"{name}.br").write_bytes(b"br of " + plain)
    return built


@pytest.fixture
def open_with(settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """A client of an application with the dashboard and further settings."""

    def make(built: Path = folder, **variables: str) -> FlaskClient:
        for name, value in variables.items():
            monkeypatch.setenv(f"BOTYARD_{name}", value)
        chosen = load_settings()
        migrate.upgrade(chosen.database_url)
        return create_app(chosen, built).test_client()

    return make


@pytest.fixture
def page(open_with: Open) -> FlaskClient:
    return open_with()


def test_the_bare_address_is_the_dashboard(page: FlaskClient) -> None:
    for headers in (HTML, {}, {"Accept": "*/*"}):
        answer = page.get("/", headers=headers)
        assert (answer.status_code, answer.data) == (200, INDEX)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-cache"
    assert page.get("/docs").status_code == 200


def test_assets_may_be_kept_for_ever(page: FlaskClient) -> None:
    answer = page.get("/assets/index-Abc123.js")
    assert (answer.status_code, answer.data) == (200, SCRIPT)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert page.get("/assets/index-Abc123.css").headers["Content-Type"] == "text/css; charset=utf-8"
    assert page.get("/assets/logo-Abc123.png").headers["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("*;q=0.5, br;q=0", "gzip"),
        ("deflate, zstd", None),
        ("identity;q=0", None),
        ("", None),
        ("nonsense;;;q=x", None),
        (None, None),
    ],
)
@pytest.mark.parametrize("path", ["/", "/assets/index-Abc123.js", "/history"])
def test_the_coding_that_is_liked_best_is_sent(
    page: FlaskClient, path: str, accepted: str | None, coding: str | None
) -> None:
    headers = HTML if accepted is None else {**HTML, "Accept-Encoding": accepted}
    answer = page.get(path, headers=headers)
    plain = SCRIPT if path.endswith(".js") else INDEX
    bodies = {None: plain, "gzip": gzip.compress(plain), "br": b"br of " + plain}
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.data == bodies[coding] or gzip.decompress(answer.data) == plain
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Content-Type"].startswith("text/")


def test_what_has_no_compressed_copy_is_sent_plain(page: FlaskClient) -> None:
    answer = page.get("/assets/index-Abc123.css", headers={"Accept-Encoding": "br, gzip"})
    assert ("Content-Encoding" not in answer.headers, answer.data) == (True, b"body{}")


@pytest.mark.parametrize("path", ["/", "/assets/index-Abc123.js", "/favicon.svg"])
def test_what_is_known_already_is_304_until_it_changes(page: FlaskClient, folder: Path, path: str) -> None:
    tags = {}
    for coding in ("identity", "gzip", "br"):
        tags[coding] = page.get(path, headers={"Accept-Encoding": coding}).headers["ETag"]
        headers = {"Accept-Encoding": coding, "If-None-Match": tags[coding]}
        again = page.get(path, headers=headers)
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tags[coding])
        assert "Accept-Encoding" in again.headers["Vary"]
        assert "Cache-Control" in again.headers
    assert len(set(tags.values())) == (1 if path == "/favicon.svg" else 3)
    (folder / "index.html").write_bytes(b"newer")
    if path == "/":
        newer = page.get(path, headers={"If-None-Match": tags["identity"]})
        assert (newer.status_code, newer.data) == (200, b"newer")


@pytest.mark.parametrize("path", ["/", "/assets/index-Abc123.js", "/history", "/favicon.svg"])
def test_head_is_get_without_the_body(page: FlaskClient, path: str) -> None:
    whole, head = page.get(path, headers=HTML), page.head(path, headers=HTML)
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Cache-Control", "Vary"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("path", ["/history", "/view/some/where", "/view/a.b", "/index.html", "/a%20b", "/é"])
def test_views_of_the_dashboard_are_the_page(page: FlaskClient, path: str) -> None:
    answer = page.get(path, headers=HTML)
    assert (answer.status_code, answer.data) == (200, INDEX)
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        f"/sessions/{UNKNOWN}",
        "/sessions/no/such/thing",
        "/markets/x",
        "/docs/nothing",
        "/metrics/nothing",
        "/assets/nothing.js",
        "/assets/index-Abc123.js.br",
        "/assets/",
        "/test/nothing",
    ],
)
def test_what_belongs_to_the_api_or_the_assets_stays_a_json_404(page: FlaskClient, path: str) -> None:
    assert error(page.get(path, headers=HTML)) == (404, "not_found")


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/*", "text/html;q=0", ""])
def test_who_does_not_name_html_gets_a_json_404(page: FlaskClient, accept: str) -> None:
    assert error(page.get("/history", headers={"Accept": accept})) == (404, "not_found")


def test_other_methods_are_no_view(page: FlaskClient) -> None:
    assert error(page.post("/history", headers=HTML)) == (404, "not_found")
    assert error(page.post("/", headers=HTML)) == (405, "method_not_allowed")
    assert error(page.get("/test/start", headers=HTML)) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../index.html",
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets//etc/passwd",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/a%00b",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%00",
        "/index.html.gz",
    ],
)
def test_nothing_else_of_the_disk_is_served(page: FlaskClient, path: str) -> None:
    answer = page.get(path)
    assert b"classified" not in answer.data
    assert answer.status_code in (308, 404)


def test_the_page_may_do_no_more_than_it_has_to(page: FlaskClient) -> None:
    for path in ("/", "/history"):
        headers = page.get(path, headers={**HTML, "Host": "127.0.0.1:8123"}).headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["script-src"] == "'self'"
        assert policy["style-src"] == "'self' 'unsafe-inline'"
        assert policy["img-src"] == "'self' data: blob:"
        assert policy["connect-src"] == "'self' ws://127.0.0.1:8123 wss://127.0.0.1:8123"
        assert (policy["frame-ancestors"], policy["default-src"]) == ("'none'", "'self'")
        assert "unsafe-eval" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_a_host_cannot_write_into_the_policy(page: FlaskClient) -> None:
    answer = page.get("/", headers={"Host": "localhost:1; script-src *"})
    assert "*" not in answer.headers.get("Content-Security-Policy", "")


def test_the_page_needs_no_token_and_the_data_do(open_with: Open) -> None:
    page = open_with(TOKEN=TOKEN)
    for path in ("/", "/assets/index-Abc123.js", "/favicon.svg", "/history", "/view/some/where"):
        assert page.get(path, headers=HTML).status_code == 200
    for path in ("/sessions", "/about", f"/sessions/{UNKNOWN}", "/sessions/nothing/there"):
        for method in ("GET", "HEAD", "POST", "DELETE"):
            answer = page.open(path, method=method, headers=HTML)
            assert answer.status_code == 401, (method, path)
    twice = page.get("/", headers=HTML, environ_overrides={"PATH_INFO": "//sessions"})
    assert twice.status_code == 401
    assert page.post("/history", headers=HTML).status_code == 401
    assert page.get("/sessions", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_a_page_from_elsewhere_is_refused_like_everything(page: FlaskClient) -> None:
    assert page.get("/", headers={"Host": "evil.example"}).status_code == 403


@pytest.fixture
def missing(open_with: Open, tmp_path: Path) -> FlaskClient:
    return open_with(tmp_path / "never-built")


def test_what_was_not_built_says_how_to(missing: FlaskClient) -> None:
    for path in ("/", "/history"):
        answer: TestResponse = missing.get(path, headers=HTML)
        assert answer.status_code == 503
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "make up" in answer.text
    assert missing.get("/sessions").status_code == 200
    assert error(missing.get("/assets/x.js", headers=HTML)) == (404, "not_found")
    json = {"Accept": "application/json"}
    assert error(missing.get("/", headers=json)) == (503, "no_pages")
    assert error(missing.get("/history", headers=json)) == (404, "not_found")


def test_the_real_server_serves_the_page_or_says_that_it_was_not_built(served: Settings) -> None:
    for path in ("/", "/history"):
        answer = requests.get(f"{served.url}{path}", headers=HTML, timeout=10)
        assert answer.status_code in (200, 503)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        head = requests.head(f"{served.url}{path}", headers=HTML, timeout=10)
        assert (head.status_code, head.content) == (answer.status_code, b"")
