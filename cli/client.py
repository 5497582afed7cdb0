"""The REST API, seen from the command line: the one place that knows addresses, envelopes and errors."""

from collections.abc import Iterator
from typing import Any

import requests

from cli.errors import CommandError, Exit
from schema.settings import Settings

__all__ = ["Api", "CommandError", "Exit"]

_TIMEOUT = (3.05, 60.0)  # seconds to connect, and to wait for an answer: a start waits for its child
_PAGE = 200


_CODES = {
    400: Exit.INVALID,
    404: Exit.NOT_FOUND,
    409: Exit.CONFLICT,
    413: Exit.INVALID,
    422: Exit.INVALID,
    503: Exit.UNAVAILABLE,
}


class Api:
    """Calls the API of the installation that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.url
        self._token = settings.token
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy set for the web must not stand before the loopback
        if settings.token:
            self._session.headers["Authorization"] = f"Bearer {settings.token}"

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        return self._call("GET", path, params=_given(params))

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return self._call("POST", path, json=body if body is not None else {})

    def patch(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._call("PATCH", path, json=body)

    def delete(self, path: str) -> dict[str, Any]:
        return self._call("DELETE", path)

    def pages(self, path: str, noun: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Every element of a list, page after page."""
        offset = 0
        while True:
            page = self.get(path, limit=_PAGE, offset=offset, **params)
            yield from page[noun]
            offset += len(page[noun])
            if not page[noun] or offset >= page["total"]:
                return

    def download(self, path: str, **params: Any) -> Iterator[bytes]:
        """The bytes of a download, in pieces."""
        response = self._send("GET", path, params=_given(params), stream=True)
        yield from response.iter_content(65_536)

    def websocket_url(self, path: str) -> str:
        return "ws" + self.url.removeprefix("http") + path

    @property
    def websocket_headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def find_session(self, reference: str) -> str:
        """The id of the session meant by an id, the end of one, or a name.

        Raises:
            CommandError: none or several are meant.
        """
        if len(reference) == 36:
            return reference
        found = [s for s in self.pages("/sessions", "sessions") if _is_meant(s, reference)]
        if not found:
            raise CommandError(f"there is no session {reference!r}", Exit.NOT_FOUND)
        if len(found) > 1:
            listed = ", ".join(f"{s['id'][-8:]} ({s['name']})" for s in found[:5])
            raise CommandError(
                f"{reference!r} could be {len(found)} sessions: {listed}; give its id", Exit.INVALID
            )
        return str(found[0]["id"])

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._send(method, path, **options).json()
        return answer

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        try:
            response = self._session.request(method, self.url + path, timeout=_TIMEOUT, **options)
        except requests.ConnectionError:
            raise CommandError(
                f"nothing answers at {self.url}: start Botyard with 'make up' or 'botyard up', "
                "or say where it is with BOTYARD_URL",
                Exit.UNAVAILABLE,
            ) from None
        except requests.Timeout:
            raise CommandError(
                f"{self.url} did not answer within {_TIMEOUT[1]:g} s", Exit.UNAVAILABLE
            ) from None
        if response.ok:
            return response
        raise _refusal(response)


def _given(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}


def _is_meant(session: dict[str, Any], reference: str) -> bool:
    return bool(session["id"].endswith(reference.lower()) or session["name"] == reference)


def _refusal(response: requests.Response) -> CommandError:
    code = _CODES.get(response.status_code, Exit.FAILED)
    try:
        error = response.json()["error"]
        return CommandError(str(error["message"]), code, error.get("details") or {})
    except (ValueError, KeyError, TypeError):
        return CommandError(f"{response.url} answered {response.status_code} {response.reason}", code)
