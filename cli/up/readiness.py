"""Waiting until the API says that everything is ready."""

import http.client
import json
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

_PAUSE = 0.05
_PATIENCE = 60.0


def announce_when_ready(url: str, token: str | None, tell: Callable[[str], None]) -> None:
    """Ask `/readyz` in a thread until it says yes and tell the address; tell what is amiss after a minute."""
    threading.Thread(target=_watch, args=(url, token, tell), daemon=True).start()


def _watch(url: str, token: str | None, tell: Callable[[str], None], patience: float = _PATIENCE) -> None:
    complain_at = time.monotonic() + patience
    while (trouble := not_ready(url, token)) is not None:
        if time.monotonic() >= complain_at:
            tell(f"not ready after {patience:g} s: {trouble}")
            complain_at = float("inf")
        time.sleep(_PAUSE)
    tell(f"Botyard is ready: {url}")


def not_ready(url: str, token: str | None) -> str | None:
    """What keeps the API from being ready, or None where nothing does."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=5)
    try:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        connection.request("GET", "/readyz", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        return f"{url} does not answer ({error})"
    finally:
        connection.close()
    return None if answer.status == 200 else _message(answer.status, body)


def _message(status: int, body: bytes) -> str:
    try:
        return str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"/readyz answers {status}"
