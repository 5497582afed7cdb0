"""Who may speak to the API: Host and Origin of every request and handshake, the token, the body's size.

There is no sign-in, so a web page elsewhere must not be able to drive somebody's bots: neither by sending
requests to 127.0.0.1 (its Origin gives it away) nor by pointing its own name there (its Host does).
"""

import hmac
import ipaddress
from urllib.parse import urlsplit

from flask import Flask, request

from api import dashboard
from api.errors import Forbidden, TooLarge, Unauthorized
from api.validation import MAX_BODY
from schema.settings import Settings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_WITHOUT_TOKEN = ("/healthz", "/docs", "/openapi.json")
TOKEN_PROTOCOL = "botyard.token."
"""A browser cannot send Authorization with a WebSocket: it offers the subprotocols `botyard` and this."""


def register(app: Flask, settings: Settings) -> None:
    """Check every request of `app` before anything else sees it."""
    names = _names(settings)
    wider = settings.host not in _LOOPBACK

    @app.before_request
    def guard() -> None:
        _check_host(names, wider)
        _check_origin()
        _check_token(settings.token)
        if (request.content_length or 0) > MAX_BODY:
            raise TooLarge("the body is larger than 1 MiB", limit=MAX_BODY)


def _names(settings: Settings) -> frozenset[str]:
    further = {name.strip().lower() for name in settings.allowed_hosts.split(",") if name.strip()}
    return _LOOPBACK | further | {settings.host.lower(), _hostname(settings.url)}


def _check_host(names: frozenset[str], wider: bool) -> None:
    name = _hostname(f"//{request.headers.get('Host', '')}")
    if name in names or (wider and _is_address(name)):  # an address cannot be pointed elsewhere, a name can
        return
    raise Forbidden(
        f"this server is not called {name[:100]!r}; BOTYARD_ALLOWED_HOSTS adds a name",
        code="host_not_allowed",
    )


def _check_origin() -> None:
    origin = request.headers.get("Origin")
    if origin is None:
        return
    if _authority(origin) != request.headers.get("Host", "").lower():
        raise Forbidden(
            "requests of pages from elsewhere are refused", code="origin_not_allowed", origin=origin[:200]
        )


def _check_token(token: str | None) -> None:
    if token is None or request.path.startswith(_WITHOUT_TOKEN) or dashboard.is_asked_for():
        return
    if not any(hmac.compare_digest(given.encode(), token.encode()) for given in _given_tokens()):
        raise Unauthorized("the token is missing or wrong: send Authorization: Bearer <token>")


def _given_tokens() -> list[str]:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    tokens = [given.strip()] if scheme.lower() == "bearer" else []
    for protocol in request.headers.get("Sec-WebSocket-Protocol", "").split(","):
        if protocol.strip().startswith(TOKEN_PROTOCOL):
            tokens.append(protocol.strip().removeprefix(TOKEN_PROTOCOL))
    return tokens


def _authority(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _hostname(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:  # such as [::1 without its end
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
