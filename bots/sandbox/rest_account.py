"""Account, positions and executions by REST."""

from typing import Any

from bots.sandbox import errors, stops
from bots.sandbox.account import ISOLATED, REGULAR, Account
from bots.sandbox.desk import Desk
from bots.sandbox.errors import bad_parameter, refuse
from bots.sandbox.paging import cursor, page_start, span
from bots.sandbox.parameters import Parameters
from bots.sandbox.symbols import MAKER_FEE, TAKER_FEE

Result = dict[str, Any]

ONE_WAY, HEDGE = 0, 3


def positions(desk: Desk, account: Account, asked: Parameters) -> Result:
    """Open positions; with a symbol its position even where it is flat."""
    category, wanted, settle = asked.category(), asked.text("symbol"), asked.text("settleCoin")
    if category == "linear" and not wanted and not settle:
        raise bad_parameter("symbol or settleCoin is required")
    if wanted:
        symbols = [desk.state.symbol(wanted, category).id]
    else:
        symbols = [
            position.symbol_id
            for position in account.positions.values()
            if position.size
            and position.symbol.category == category
            and settle in ("", position.symbol.settle)
        ]
    rows = [account.position_row(symbol, desk.state) for symbol in symbols]
    return {"category": category, "list": rows, "nextPageCursor": ""}


def set_leverage(desk: Desk, account: Account, asked: Parameters) -> Result:
    symbol = desk.state.symbol(asked.need("symbol"), asked.category())
    buy, sell = asked.number("buyLeverage"), asked.number("sellLeverage")
    if buy is None or buy != sell or buy < 1:
        raise bad_parameter("buyLeverage and sellLeverage must be equal and at least 1")
    if buy > symbol.spec.max_leverage:
        raise refuse(errors.LEVERAGE_TOO_HIGH)
    position = account.position(symbol.id)
    if position.leverage == buy:
        raise refuse(errors.LEVERAGE_UNCHANGED)
    before, position.leverage = position.leverage, buy
    if buy < before and account.available(symbol.settle, desk.state) < 0:
        position.leverage = before
        raise refuse(errors.TOO_LITTLE_MARGIN)
    _changed(desk, account, symbol.id)
    return {}


def _changed(desk: Desk, account: Account, symbol_id: str | None) -> None:
    desk.store.save_account(account)
    if symbol_id is not None:
        desk.outbox.position(account, symbol_id)
    desk.end()


def switch_mode(desk: Desk, account: Account, asked: Parameters) -> Result:
    asked.category()
    mode = asked.integer("mode", -1)
    if mode == ONE_WAY:
        raise refuse(errors.MODE_UNCHANGED)
    if mode == HEDGE:
        raise bad_parameter("the sandbox has one-way positions only")
    raise bad_parameter("mode invalid")


def trading_stop(desk: Desk, account: Account, asked: Parameters) -> Result:
    symbol = desk.state.symbol(asked.need("symbol"), asked.category())
    stops.set_stops(desk, account, symbol.id, asked)
    return {}


def set_margin_mode(desk: Desk, account: Account, asked: Parameters) -> Result:
    account.margin_mode = asked.choice("setMarginMode", (REGULAR, ISOLATED))
    _changed(desk, account, None)
    return {"reasons": []}


def wallet(desk: Desk, account: Account, asked: Parameters) -> Result:
    asked.choice("accountType", ("UNIFIED",))
    row = account.wallet_row(desk.state)
    coins = asked.text("coin").split(",") if asked.text("coin") else None
    if coins is not None:
        row["coin"] = [coin for coin in row["coin"] if coin["coin"] in coins]
    return {"list": [row]}


def info(desk: Desk, account: Account, asked: Parameters) -> Result:
    return {
        "unifiedMarginStatus": 6,
        "marginMode": account.margin_mode,
        "isMasterTrader": False,
        "spotHedgingStatus": "OFF",
        "dcpStatus": "ON" if account.cancel_after else "OFF",
        "timeWindow": account.cancel_after,
        "updatedTime": str(desk.state.time()),
    }


def api_key(desk: Desk, account: Account, asked: Parameters) -> Result:
    return {
        "id": account.key,
        "note": "sandbox",
        "apiKey": account.key,
        "readOnly": 0,
        "permissions": {"ContractTrade": ["Order", "Position"], "Wallet": []},
        "ips": ["127.0.0.1"],
        "uta": 1,
        "unified": 0,
        "type": 1,
    }


def coins(desk: Desk, account: Account, asked: Parameters) -> Result:
    rows = [
        {"coin": coin, "name": coin, "remainAmount": str(amount), "chains": []}
        for coin, amount in account.wallet.items()
    ]
    return {"rows": rows}


def fee_rate(desk: Desk, account: Account, asked: Parameters) -> Result:
    category, wanted = asked.category(), asked.text("symbol")
    symbols = [desk.state.symbol(wanted, category)] if wanted else desk.state.of_category(category)
    fees = {"takerFeeRate": str(TAKER_FEE), "makerFeeRate": str(MAKER_FEE)}
    return {
        "category": category,
        "list": [{"symbol": symbol.id, "baseCoin": "", **fees} for symbol in symbols],
    }


def executions(desk: Desk, account: Account, asked: Parameters) -> Result:
    """Fills and funding, newest first, of the last seven days or the span that is asked for."""
    names = {"orderId": "order_id", "orderLinkId": "link", "symbol": "symbol", "settleCoin": "settle"}
    limit = (
        asked.integer("size", 50) if asked.text("size") and not asked.text("limit") else asked.limit(50, 100)
    )
    return _rows(desk, account, asked, "executions", names | {"execType": "type"}, min(limit, 100))


def closed_profits(desk: Desk, account: Account, asked: Parameters) -> Result:
    return _rows(desk, account, asked, "closed", {"symbol": "symbol"}, asked.limit(50, 100))


def _rows(
    desk: Desk, account: Account, asked: Parameters, table: str, names: dict[str, str], limit: int
) -> Result:
    wanted: dict[str, object] = {"category": asked.category()}
    wanted |= {column: asked.text(name) for name, column in names.items() if asked.text(name)}
    named = wanted.keys() & {"order_id", "link"}
    times = None if named and not asked.text("startTime") else span(desk.state, asked)
    found = desk.store.page(table, account.key, wanted, times, max(limit, 1), page_start(asked))
    return {"category": asked.category(), "list": found.rows, "nextPageCursor": cursor(found.next)}
