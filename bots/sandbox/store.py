"""The books on disk: an SQLite file into which every change is written before anything else happens.

A request or a print is one transaction, so a sandbox that is killed comes back with whole trades or none.
"""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from bots.sandbox.account import Account
from bots.sandbox.orders import Order

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (key TEXT PRIMARY KEY, secret TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS orders (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, link TEXT,
    category TEXT NOT NULL, symbol TEXT NOT NULL, settle TEXT NOT NULL, status TEXT NOT NULL,
    stop TEXT NOT NULL, open INTEGER NOT NULL, time INTEGER NOT NULL, body TEXT NOT NULL,
    UNIQUE (account, link));
CREATE INDEX IF NOT EXISTS orders_open ON orders (open) WHERE open;
CREATE INDEX IF NOT EXISTS orders_account ON orders (account, open, seq);
CREATE TABLE IF NOT EXISTS executions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, category TEXT NOT NULL,
    symbol TEXT NOT NULL, settle TEXT NOT NULL, order_id TEXT NOT NULL, link TEXT NOT NULL,
    type TEXT NOT NULL, time INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS executions_account ON executions (account, seq);
CREATE TABLE IF NOT EXISTS closed (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, category TEXT NOT NULL,
    symbol TEXT NOT NULL, settle TEXT NOT NULL, time INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS closed_account ON closed (account, seq);
"""


class Page(NamedTuple):
    """Rows newest first, and the sequence number from which to go on, None at the end."""

    rows: list[dict[str, Any]]
    next: int | None


class Store:
    """Accounts, orders, executions and closed profits."""

    def __init__(self, path: Path | None) -> None:
        """`path` None keeps everything in memory. Raises OSError where the file cannot be used."""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(str(path) if path else ":memory:", isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_TABLES)
        except sqlite3.Error as error:
            raise OSError(f"{path}: {error}") from error

    def close(self) -> None:
        self.commit()
        self._db.close()

    def commit(self) -> None:
        """End the transaction, if one is open."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def _write(self, statement: str, values: Iterable[object]) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN")
        self._db.execute(statement, tuple(values))

    def meta(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_meta(self, name: str, value: str) -> None:
        self._write("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def accounts(self) -> list[Account]:
        rows = self._db.execute("SELECT key, secret, body FROM accounts").fetchall()
        return [Account.from_json(key, secret, json.loads(body)) for key, secret, body in rows]

    def save_account(self, account: Account) -> None:
        body = json.dumps(account.to_json())
        self._write("INSERT OR REPLACE INTO accounts VALUES (?, ?, ?)", (account.key, account.secret, body))

    def open_orders(self) -> list[Order]:
        rows = self._db.execute("SELECT body FROM orders WHERE open ORDER BY seq").fetchall()
        return [Order.from_json(json.loads(body)) for (body,) in rows]

    def has_link(self, account: str, link: str) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM orders WHERE account = ? AND link = ?", (account, link)
        ).fetchone()
        return row is not None

    def add_order(self, order: Order) -> None:
        symbol = order.symbol
        values = (order.id, order.account, order.link or None, symbol.category, symbol.id, symbol.settle)
        self._write(
            "INSERT INTO orders (id, account, link, category, symbol, settle, status, stop, open, time, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, *self._changing(order)),
        )

    def save_order(self, order: Order) -> None:
        self._write(
            "UPDATE orders SET status = ?, stop = ?, open = ?, time = ?, body = ? WHERE id = ?",
            (*self._changing(order), order.id),
        )

    @staticmethod
    def _changing(order: Order) -> tuple[object, ...]:
        return order.status, order.stop_type, order.is_open, order.created, json.dumps(order.to_json())

    def add_execution(self, account: str, settle: str, row: dict[str, Any]) -> None:
        values = (row["category"], row["symbol"], settle, row["orderId"], row["orderLinkId"], row["execType"])
        self._write(
            "INSERT INTO executions (account, category, symbol, settle, order_id, link, type, time, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (account, *values, int(row["execTime"]), json.dumps(row)),
        )

    def add_closed(self, account: str, settle: str, category: str, row: dict[str, Any]) -> None:
        self._write(
            "INSERT INTO closed (account, category, symbol, settle, time, body) VALUES (?, ?, ?, ?, ?, ?)",
            (account, category, row["symbol"], settle, int(row["createdTime"]), json.dumps(row)),
        )

    def page(
        self,
        table: str,
        account: str,
        wanted: dict[str, object],
        span: tuple[int, int] | None,
        limit: int,
        before: int | None,
    ) -> Page:
        """Rows of a table whose columns equal `wanted`, within a span of times (ms, both inclusive)."""
        conditions = ["account = ?", *(f"{column} = ?" for column in wanted)]
        values: list[object] = [account, *wanted.values()]
        if span is not None:
            conditions.append("time BETWEEN ? AND ?")
            values += span
        if before is not None:
            conditions.append("seq < ?")
            values.append(before)
        found = self._db.execute(
            f"SELECT seq, body FROM {table} WHERE {' AND '.join(conditions)} ORDER BY seq DESC LIMIT ?",
            (*values, limit + 1),
        ).fetchall()
        rows = [json.loads(body) for _, body in found[:limit]]
        return Page(rows, found[limit - 1][0] if len(found) > limit else None)
