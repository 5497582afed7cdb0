"""The dashboard: files that were built into `api/pages/`, served at `/` beside the API.

Assets carry a hash in their names and may be kept for ever; the page itself is asked for again each time.
Any path that no part of the API begins with is a view of the dashboard, which finds its own way there.
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Accept
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from api import errors

FOLDER = Path(__file__).with_name("pages")

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_CODINGS = {"br": ".br", "gzip": ".gz"}  # the better one first
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::\d+)?|\[[0-9A-Fa-f:.]+\](?::\d+)?")
_KEY = "botyard.pages"
_ENDPOINTS = frozenset({"page", "asset"})


class Pages:
    """The folder, and the first parts of paths that belong to the API."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.folder = folder
        firsts = {_first_part(rule.rule) for rule in app.url_map.iter_rules()}
        self.taken = firsts - {""} | {"assets"}


def register(app: Flask, folder: Path) -> None:
    """Serve the dashboard; after every other route, as those are not its own."""
    app.extensions[_KEY] = Pages(app, folder)
    app.add_url_rule("/", "page", _page)
    app.add_url_rule("/assets/<path:name>", "asset", _asset)
    app.register_error_handler(NotFound, _elsewhere)


def is_asked_for() -> bool:
    """Whether a request is for the dashboard's own files or views, which hold no data."""
    if request.url_rule is not None:
        return request.url_rule.endpoint in _ENDPOINTS
    return request.method in ("GET", "HEAD") and _first_part(request.path) not in _pages().taken


def _pages() -> Pages:
    found: Pages = current_app.extensions[_KEY]
    return found


def _first_part(path: str) -> str:
    return path.lstrip("/").partition("/")[0]


def _page() -> ResponseReturnValue:
    index = _pages().folder / "index.html"
    if not index.is_file():
        return _not_built()
    return _secured(_file(index, _ASK_AGAIN))


def _asset(name: str) -> ResponseReturnValue:
    found = _inside(_pages().folder / "assets", name)
    if found is None:
        raise NotFound
    return _sniffed_never(_file(found, _FOR_EVER))


def _elsewhere(error: NotFound) -> ResponseReturnValue:
    """What no route matches: a file beside the page, a view of it, or nothing."""
    if request.url_rule is None and is_asked_for():
        found = _inside(_pages().folder, request.path.removeprefix("/"))
        if found is not None and found.parent == _pages().folder:
            return _page() if found.name == "index.html" else _sniffed_never(_file(found, _ASK_AGAIN))
        if _names_html():
            return _page()
    return errors.answer_http(error)


def _names_html() -> bool:
    return any(kind == "text/html" and quality > 0 for kind, quality in request.accept_mimetypes)


def _inside(folder: Path, name: str) -> Path | None:
    """The file of that name in the folder; none of its compressed copies, which are no files of their own."""
    joined = safe_join(str(folder), name)
    if joined is None or "\0" in name or joined.endswith(tuple(_CODINGS.values())):
        return None
    found = Path(joined)
    return found if found.is_file() else None


def _file(path: Path, caching: str) -> Response:
    """A file in the best coding that there is of it, or 304."""
    codings = {name: path.with_name(path.name + ending) for name, ending in _CODINGS.items()}
    there = {name: copy for name, copy in codings.items() if copy.is_file()}
    coding = best_coding(request.accept_encodings, there)
    try:
        content = (there[coding] if coding else path).read_bytes()
    except FileNotFoundError:  # it is just being built anew
        raise NotFound from None
    response = Response(content, content_type=_TYPES.get(path.suffix, "application/octet-stream"))
    response.headers["Cache-Control"] = caching
    response.vary.add("Accept-Encoding")
    if coding:
        response.headers["Content-Encoding"] = coding
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])  # times say nothing: a package's are all one
    response.make_conditional(request)
    return response


def best_coding(accepted: Accept, there: Mapping[str, object]) -> str | None:
    """The coding that is liked best; None for the plain file.

    The plain file is always good enough, and liked less than any that is named, unless it is named itself.
    """
    liked = {name: accepted.quality(name) for name in _CODINGS if name in there}
    named = {name for name, _ in accepted}
    plain = accepted.quality("identity") if "identity" in named else 0.0
    best = max(liked, key=lambda name: liked[name], default=None)
    return best if best is not None and liked[best] > 0 and liked[best] >= plain else None


def _secured(response: Response) -> Response:
    """With all that a page may do said: it loads and asks nothing but what comes from here."""
    host = request.host if _HOST.fullmatch(request.host) else ""
    sockets = f" ws://{host} wss://{host}" if host else ""
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",  # styles that are made while the page runs
            "img-src 'self' data: blob:",
            f"connect-src 'self'{sockets}",  # not every browser takes WebSockets for 'self'
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.vary.add("Accept")
    return _sniffed_never(response)


def _sniffed_never(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _not_built() -> Response:
    told = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    if told == "application/json":
        raise errors.Unavailable("the dashboard was not built; run: make up", code="no_pages", part="pages")
    response = Response(_MISSING, 503, content_type=_TYPES[".html"])
    response.headers["Cache-Control"] = "no-store"
    return _secured(response)


_MISSING = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Botyard: no dashboard here yet</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 40em; margin: 4em auto }</style>
</head>
<body>
<h1>The dashboard was not built</h1>
<p>Botyard runs, but the files of its dashboard are not there. In the folder of its source, run</p>
<pre>make up</pre>
<p>which builds them. Meanwhile everything can be done on the command line (<code>botyard --help</code>) and
through the API: <a href="/docs">its documentation</a>.</p>
</body>
</html>
"""
