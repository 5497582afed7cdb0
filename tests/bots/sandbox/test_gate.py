"""Keys, signatures, time windows, limits and faults: errors as the unmodified ccxt client maps them."""

import hashlib
import re
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import ccxt
import pytest
import requests

from tests.bots.sandbox.exchange import Running, ccxt_config, running
from tests.wait import until


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    with running("--seed", 1) as server:
        yield server


def make(sandbox: Running, key: str = "sandbox", **config: Any) -> Any:
    return ccxt.bybit(ccxt_config(sandbox, key) | config)


@pytest.fixture
def client(sandbox: Running) -> Iterator[Any]:
    made = make(sandbox)
    yield made
    sandbox.admin("lift-bans")
    requests.delete(f"{sandbox.url}/sandbox/faults", timeout=30)
    made.session.close()


def test_default_key_has_a_wallet(client: Any) -> None:
    balance = client.fetch_balance()
    assert (balance["BTC"]["total"], balance["USDT"]["free"]) == (10, 100_000)


def test_new_key_gets_an_account_of_its_own(sandbox: Running) -> None:
    assert make(sandbox, "somebody").fetch_balance()["ETH"]["total"] == 100
    assert sandbox.admin("accounts", key="poor", secret="hidden", wallet={"USDT": "5"}) == {"key": "poor"}
    assert make(sandbox, "poor", secret="hidden").fetch_balance()["total"] == {"USDT": 5}
    assert "error" in sandbox.admin("accounts", key="bad key")
    assert "error" in sandbox.admin("accounts", key="x", wallet={"BTC": "many"})


def test_wrong_secret_and_unknown_key_are_refused(sandbox: Running) -> None:
    with pytest.raises(ccxt.AuthenticationError, match="10004"):
        make(sandbox, secret="wrong").fetch_balance()
    with pytest.raises(ccxt.AuthenticationError, match="10003"):
        make(sandbox, "nobody", secret="wrong").fetch_balance()
    answer = requests.get(f"{sandbox.url}/v5/account/info", timeout=30).json()
    assert answer["retCode"] == 10002
    headers = {"X-BAPI-TIMESTAMP": str(int(time.time() * 1000)), "X-BAPI-API-KEY": "../x", "X-BAPI-SIGN": "ü"}
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = requests.get(f"{sandbox.url}/v5/account/info", headers=encoded, timeout=30).json()
    assert answer["retCode"] == 10003


def test_signature_covers_the_query_as_it_was_sent(client: Any) -> None:
    with pytest.raises(ccxt.BadRequest, match="cursor invalid"):
        client.privateGetV5OrderHistory({"category": "inverse", "cursor": "first%3D1%26last%3D26"})


@pytest.mark.parametrize("offset", [-60_000, 5_000])
def test_request_outside_the_time_window_is_refused(sandbox: Running, offset: int) -> None:
    client = make(sandbox)
    client.nonce = lambda: client.milliseconds() + offset
    with pytest.raises(ccxt.InvalidNonce, match="10002"):
        client.fetch_balance()
    client.options["adjustForTimeDifference"] = True


def test_too_many_orders_a_second_are_refused_and_told_before(client: Any, sandbox: Running) -> None:
    client.load_markets()
    client.fetch_balance()
    headers = {name.lower(): value for name, value in client.last_response_headers.items()}
    assert headers["x-bapi-limit"] == "50"
    assert 40 < int(headers["x-bapi-limit-status"]) < 50
    assert int(headers["x-bapi-limit-reset-timestamp"]) > time.time() * 1000
    order = {"category": "linear", "symbol": "ETHUSDT", "side": "Buy", "orderType": "Market", "qty": "0.01"}

    def hurry() -> str:
        """The refusal of twelve orders, sent by fours so that they fall into one second."""
        try:
            for _ in range(3):
                client.privatePostV5OrderCreateBatch({"category": "linear", "request": [order] * 4})
        except ccxt.RateLimitExceeded as error:
            return str(error)
        return ""

    assert "10006" in until(hurry)
    other = make(sandbox, "unhurried")
    assert other.privatePostV5OrderCreate(order)["result"]["orderId"]


def flood(sandbox: Running) -> set[bytes]:
    """The status codes of 650 requests, sent at once: one by one they would take a busy machine too long."""
    request = b"GET /v5/market/time HTTP/1.1\r\nHost: sandbox\r\n"
    address = urlsplit(sandbox.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall((request + b"\r\n") * 649 + request + b"Connection: close\r\n\r\n")
        answers = b"".join(iter(lambda: connection.recv(65_536), b""))
    return set(re.findall(rb"HTTP/1.1 (\d+)", answers))


def test_flood_from_one_address_is_banned(client: Any, sandbox: Running) -> None:
    assert until(lambda: flood(sandbox) - {b"200"}) == {b"403"}
    with pytest.raises(ccxt.RateLimitExceeded):
        client.fetch_time()
    sandbox.admin("lift-bans")
    assert client.fetch_time()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 429, "body": "slow down"}, ccxt.RateLimitExceeded),
        ({"status": 503}, ccxt.ExchangeNotAvailable),
        ({"status": 504}, ccxt.RequestTimeout),
        ({"code": 10016, "body": "Server error"}, ccxt.ExchangeError),
        ({"cut": True}, ccxt.NetworkError),
    ],
)
def test_fault_on_demand(client: Any, sandbox: Running, fault: dict[str, Any], error: Any) -> None:
    sandbox.admin("faults", match="/v5/market/time", **fault)
    with pytest.raises(error):
        client.fetch_time()
    assert client.fetch_time()


def test_answer_can_be_lost_after_the_request_took_effect(sandbox: Running) -> None:
    client = make(sandbox, "lost")  # no other test's orders count for its limit
    client.load_markets()
    sandbox.admin("faults", match="/v5/order/create", cut=True, after=True)
    with pytest.raises(ccxt.NetworkError):
        client.create_order("BTC/USD:BTC", "market", "buy", 10, None, {"clientOrderId": "lost"})
    assert (
        client.fetch_open_orders("BTC/USD:BTC", params={"orderLinkId": "lost"})[0]["clientOrderId"] == "lost"
    )


def test_nonsense_is_no_fault(sandbox: Running) -> None:
    assert "error" in sandbox.admin("faults", status=7)
    assert "error" in sandbox.admin("faults", nothing=1)


def test_body_that_is_no_json_is_refused(client: Any, sandbox: Running) -> None:
    stamp = str(int(time.time() * 1000))
    headers = {"X-BAPI-API-KEY": "sandbox", "X-BAPI-TIMESTAMP": stamp, "X-BAPI-RECV-WINDOW": "5000"}
    for body in ("{", "[1]", '{"category": {}}', "null"):
        headers["X-BAPI-SIGN"] = client.hmac(
            (f"{stamp}sandbox5000{body}").encode(), b"sandbox", hashlib.sha256
        )
        answer = requests.post(f"{sandbox.url}/v5/order/amend", data=body, headers=headers, timeout=30).json()
        assert answer["retCode"] == 10001


def test_path_that_is_not_there_is_404(sandbox: Running) -> None:
    assert requests.get(f"{sandbox.url}/v5/nothing", timeout=30).status_code == 404
