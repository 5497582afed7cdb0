"""The server itself: what never reaches the application, and how it ends."""

import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import orjson
import pytest
import requests

from schema.settings import Settings


def exchange(settings: Settings, request: bytes) -> tuple[int, bytes]:
    """Status and body of the answer to raw bytes."""
    with socket.create_connection((settings.host, settings.port), timeout=30) as connection:
        connection.sendall(request)
        answer = connection.makefile("rb").read()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


@pytest.mark.parametrize(
    "request_",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nBad Header: x\r\n\r\n",
        b"GET /" + b"x" * 10_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
        b"POST /sessions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: weird\r\n\r\n",
    ],
)
def test_what_is_no_http_is_answered_in_the_envelope_too(served: Settings, request_: bytes) -> None:
    status, body = exchange(served, request_)
    assert 400 <= status <= 501
    answer = orjson.loads(body)
    assert answer["success"] is False
    assert set(answer["error"]) == {"code", "message", "details"}
    assert "<" not in answer["error"]["message"]


def test_a_body_without_a_length_that_never_ends_is_413(served: Settings) -> None:
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    head = b"POST /sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    status, body = exchange(served, head + chunk * 17 + b"0\r\n\r\n")
    assert (status, orjson.loads(body)["success"]) == (413, False)


def test_many_at_once_get_their_answers(served: Settings) -> None:
    body = {"type": "test", "market": "XBTUSD", "strategy": "TestBot"}

    def one(_: int) -> int:
        made = requests.post(f"{served.url}/sessions", json=body, timeout=30)
        return requests.get(f"{served.url}/sessions/{made.json()['session']['id']}", timeout=30).status_code

    with ThreadPoolExecutor(40) as pool:
        assert set(pool.map(one, range(120))) == {200}
    assert urlsplit(served.url).port == served.port
