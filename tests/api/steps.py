"""Steps that many tests take: making sessions, giving them a life without a daemon, writing their files."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.services import Services
from schema.db import status
from schema.db.rows import SessionRow
from schema.files.log import LogWriter
from schema.files.trades import TradesWriter
from schema.states import Event

UNKNOWN = "00000000-0000-4000-8000-000000000000"


class Steps:
    def __init__(self, client: FlaskClient, services: Services) -> None:
        self.client = client
        self.services = services

    def body(self, **changes: Any) -> dict[str, Any]:
        """What makes a valid session; None takes an entry away."""
        valid = {"type": "test", "market": "XBTUSD", "strategy": "TestBot"}
        return {name: value for name, value in {**valid, **changes}.items() if value is not None}

    def post(self, **changes: Any) -> TestResponse:
        return self.client.post("/sessions", json=self.body(**changes))

    def make(self, **changes: Any) -> str:
        """Id of a new session."""
        made = self.post(**changes)
        assert made.status_code == 201, made.get_data(as_text=True)
        return str(made.get_json()["session"]["id"])

    def backtest(self, **changes: Any) -> str:
        return self.make(type="backtest", range_start=1_705_000_000, range_end=1_706_000_000, **changes)

    def started(self, **changes: Any) -> SessionRow:
        """A session whose row says that it runs, as the daemon would write it."""
        return self.move(self.make(**changes), Event.START)

    def move(self, id: str, event: Event) -> SessionRow:
        return status.change_status(self.services.engine, id, event)

    def beat(self, id: str, **body: Any) -> TestResponse:
        return self.client.post(f"/sessions/{id}/heartbeat", json=body)

    def session(self, id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/sessions/{id}").get_json()["session"]
        return found

    def log(self, id: str, **options: Any) -> LogWriter:
        return LogWriter(self.services.home.log(id), id, "sandbox", "XBTUSD", run=1, **options)

    def trades(self, id: str, number: int, first: int = 1) -> None:
        """Append trades to the session's file."""
        with TradesWriter(self.services.home.trades(id)) as writer:
            for n in range(first, first + number):
                writer.append(trade(id, n))


def trade(session: str, n: int, **changes: Any) -> dict[str, Any]:
    """The n-th trade: every odd one won, an hour apart."""
    won = n % 2
    return {
        "id": f"{n}",
        "session": session,
        "exchange": "sandbox",
        "market": "XBTUSD",
        "side": "LONG" if won else "SHORT",
        "entry_time": 1_706_000_000.5 + 3600 * n,
        "exit_time": 1_706_001_000.25 + 3600 * n,
        "entry_price": 89450.5,
        "exit_price": 89520,
        "size": 100,
        "gross_pnl": 0.001 if won else -0.001,
        "fees": 0.0001,
        "funding": 0,
        "pnl": 0.0009 if won else -0.0011,
        "slippage": 0,
        "settle": "BTC",
        "pnl_usd": 80.5 if won else -98.25,
        "entry_reason": "signal",
        "exit_reason": "take-profit" if won else "stop",
        "run": 1,
        **changes,
    }


def fields(answer: TestResponse) -> dict[str, str]:
    """Bad fields of a 422 and what is wrong with them."""
    assert answer.status_code == 422, answer.get_data(as_text=True)
    return {one["field"]: one["message"] for one in answer.get_json()["error"]["details"]["fields"]}


def error(answer: TestResponse) -> tuple[int, str]:
    """Status and code of an error."""
    found = answer.get_json()
    assert found["success"] is False
    assert set(found["error"]) == {"code", "message", "details"}
    return answer.status_code, found["error"]["code"]
