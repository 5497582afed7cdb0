"""The gate to the private side: who is asking, is it signed, is it too often."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bots.sandbox import errors, rest_account, rest_orders
from bots.sandbox.account import Account
from bots.sandbox.connection import wall_ms
from bots.sandbox.desk import Desk
from bots.sandbox.errors import ExchangeError, refuse
from bots.sandbox.keys import check_key, is_signed
from bots.sandbox.limits import Allowance, Window
from bots.sandbox.parameters import Parameters

Handler = Callable[[Desk, Account, Parameters], dict[str, Any]]

_AHEAD_MS = 1_000
_LONGEST_WINDOW_MS = 60_000


class Route(NamedTuple):
    """A private request: its handler, and how many a second an account may make of it."""

    method: str
    path: str
    handler: Handler
    per_second: int


ROUTES = (
    Route("POST", "/v5/order/create", rest_orders.create, 10),
    Route("POST", "/v5/order/amend", rest_orders.amend, 10),
    Route("POST", "/v5/order/cancel", rest_orders.cancel, 10),
    Route("POST", "/v5/order/cancel-all", rest_orders.cancel_all, 10),
    Route("POST", "/v5/order/create-batch", rest_orders.create_batch, 10),
    Route("POST", "/v5/order/amend-batch", rest_orders.amend_batch, 10),
    Route("POST", "/v5/order/cancel-batch", rest_orders.cancel_batch, 10),
    Route("POST", "/v5/order/disconnected-cancel-all", rest_orders.cancel_after, 5),
    Route("GET", "/v5/order/realtime", rest_orders.realtime, 50),
    Route("GET", "/v5/order/history", rest_orders.history, 50),
    Route("GET", "/v5/execution/list", rest_account.executions, 50),
    Route("GET", "/v5/position/list", rest_account.positions, 50),
    Route("GET", "/v5/position/closed-pnl", rest_account.closed_profits, 50),
    Route("POST", "/v5/position/set-leverage", rest_account.set_leverage, 10),
    Route("POST", "/v5/position/switch-mode", rest_account.switch_mode, 10),
    Route("POST", "/v5/position/trading-stop", rest_account.trading_stop, 10),
    Route("GET", "/v5/account/wallet-balance", rest_account.wallet, 50),
    Route("GET", "/v5/account/info", rest_account.info, 50),
    Route("GET", "/v5/account/fee-rate", rest_account.fee_rate, 5),
    Route("POST", "/v5/account/set-margin-mode", rest_account.set_margin_mode, 5),
    Route("GET", "/v5/user/query-api", rest_account.api_key, 10),
    Route("GET", "/v5/asset/coin/query-info", rest_account.coins, 5),
)


class Gate:
    """Finds the account of a request."""

    def __init__(self, desk: Desk, limits: bool) -> None:
        self._desk = desk
        self._limits = limits

    def enter(self, headers: Mapping[str, str], signed: str) -> Account:
        """The account that sent a REST request with these headers; `signed` is its raw query or body.

        Raises:
            ExchangeError: 10002 outside the time window, 10003 for the key, 10004 for the signature.
        """
        key, stamp = headers.get("X-BAPI-API-KEY", ""), headers.get("X-BAPI-TIMESTAMP", "")
        window = headers.get("X-BAPI-RECV-WINDOW", "5000")
        check_time(stamp, window)
        return self.identify(key, f"{stamp}{key}{window}{signed}", headers.get("X-BAPI-SIGN", ""))

    def identify(self, key: str, text: str, signature: str) -> Account:
        """The account of that key. A new key whose secret is the key itself gets an account of its own."""
        account = self._desk.accounts.get(key)
        if account is not None:
            if not is_signed(account.secret, text, signature):
                raise refuse(errors.BAD_SIGNATURE)
            return account
        try:
            check_key(key)
        except ValueError:
            raise refuse(errors.INVALID_KEY) from None
        if not is_signed(key, text, signature):
            raise refuse(errors.INVALID_KEY)
        return self._desk.open_account(key, key)

    def allow(self, account: Account, path: str, per_second: int, count: int = 1) -> Allowance:
        """Count a request of that account. Raises ExchangeError 10006 where it is one too many."""
        window = account.windows.setdefault(path, Window(per_second))
        allowance = window.take(count)
        if not allowance.allowed and self._limits:
            raise TooMany(allowance)
        return allowance


class TooMany(ExchangeError):
    """Beyond the account's limit for this request."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(*errors.TOO_MANY)
        self.allowance = allowance


def check_time(stamp: str, window: str) -> None:
    """A request is good from a moment before its time until its window has passed, by the wall clock."""
    now = wall_ms()
    if not stamp.isdecimal() or not window.isdecimal() or len(stamp) > 15 or len(window) > 6:
        raise ExchangeError(10002, "invalid request, timestamp or recv_window is no number")
    if not now - min(int(window), _LONGEST_WINDOW_MS) <= int(stamp) < now + _AHEAD_MS:
        raise ExchangeError(
            10002,
            "invalid request, please check your server timestamp or recv_window param. "
            f"req_timestamp[{stamp}],server_timestamp[{now}],recv_window[{window}]",
        )


def batch_size(asked: Parameters) -> int:
    """A batch counts by its orders."""
    requests = asked.raw.get("request")
    return max(1, len(requests)) if isinstance(requests, list) else 1
