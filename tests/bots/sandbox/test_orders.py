"""Orders, positions and money, as the unmodified ccxt client sees them. A test has its own account."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import ccxt
import pytest

from tests.bots.sandbox.exchange import Running, ccxt_config, running
from tests.wait import until

INVERSE, LINEAR = "BTC/USD:BTC", "ETH/USDT:USDT"
_numbers = itertools.count()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    with running("--seed", 3) as server:
        yield server


@pytest.fixture(scope="module")
def markets(sandbox: Running) -> Any:
    client = ccxt.bybit(ccxt_config(sandbox))
    client.load_markets()
    client.session.close()
    return client.markets


@pytest.fixture
def new_client(sandbox: Running, markets: Any) -> Iterator[Callable[[], Any]]:
    made = []

    def make(**options: Any) -> Any:
        client = ccxt.bybit(ccxt_config(sandbox, key=f"test-{next(_numbers)}", **options))
        client.set_markets(markets)
        made.append(client)
        return client

    yield make
    for client in made:
        client.session.close()


@pytest.fixture
def client(new_client: Callable[[], Any]) -> Any:
    return new_client()


def ended(client: Any, order: Any, symbol: str) -> Any:
    """The order, once it is neither open nor on its way."""

    def look() -> Any:
        found = client.fetch_order(order["id"], symbol)
        return found if found["status"] != "open" else None

    return until(look)


def resting(client: Any, order: Any, symbol: str) -> Any:
    return until(lambda: [o for o in client.fetch_open_orders(symbol) if o["id"] == order["id"]])[0]


def last(client: Any, symbol: str) -> float:
    price: float = client.fetch_ticker(symbol)["last"]
    return price


def position(client: Any, symbol: str) -> Any:
    return client.fetch_positions([symbol])[0]


def test_market_order_is_acknowledged_then_filled(client: Any) -> None:
    order = client.create_order(INVERSE, "market", "buy", 300)
    assert (order["status"], order["filled"]) == (None, None)
    done = ended(client, order, INVERSE)
    assert (done["status"], done["filled"], done["remaining"]) == ("closed", 300, 0)
    fills = client.fetch_order_trades(order["id"], INVERSE)
    worth = sum(fill["amount"] / fill["price"] for fill in fills)
    assert done["cost"] == pytest.approx(worth, abs=1e-8)
    assert sum(fill["fee"]["cost"] for fill in fills) == pytest.approx(worth * 0.00055, abs=1e-8)
    assert all(fill["takerOrMaker"] == "taker" for fill in fills)
    held = position(client, INVERSE)
    assert (held["side"], held["contracts"]) == ("long", 300)
    assert held["entryPrice"] == pytest.approx(300 / worth, rel=1e-4)


def test_profit_of_a_round_trip_is_in_the_wallet_to_the_last_unit(client: Any) -> None:
    before = client.fetch_balance()["USDT"]["total"]
    ended(client, client.create_order(LINEAR, "market", "buy", 2), LINEAR)
    ended(client, client.create_order(LINEAR, "market", "sell", 2), LINEAR)
    rows = [trade["info"] for trade in client.fetch_my_trades(LINEAR)]
    cash = sum(
        (1 if row["side"] == "Sell" else -1) * float(row["execValue"]) - float(row["execFee"]) for row in rows
    )
    assert client.fetch_balance()["USDT"]["total"] - before == pytest.approx(cash, abs=1e-7)
    closed = client.fetch_positions_history([LINEAR])
    assert float(closed[0]["info"]["closedPnl"]) == pytest.approx(cash, abs=1e-7)
    assert position(client, LINEAR)["contracts"] == 0


def test_reversing_closes_and_opens_in_one_order(client: Any) -> None:
    ended(client, client.create_order(INVERSE, "market", "sell", 100), INVERSE)
    ended(client, client.create_order(INVERSE, "market", "buy", 250), INVERSE)
    held = position(client, INVERSE)
    assert (held["side"], held["contracts"]) == ("long", 150)
    assert len(client.fetch_positions_history([INVERSE])) == 1


def test_limit_order_rests_is_amended_and_cancelled(client: Any) -> None:
    price = client.price_to_precision(INVERSE, last(client, INVERSE) * 0.9)
    order = client.create_order(INVERSE, "limit", "buy", 100, price, {"clientOrderId": "mine-1"})
    row = resting(client, order, INVERSE)
    assert (row["price"], row["amount"], row["clientOrderId"]) == (float(price), 100, "mine-1")
    client.edit_order(order["id"], INVERSE, "limit", "buy", 200, float(price) - 10)
    amended = until(lambda: [o for o in client.fetch_open_orders(INVERSE) if o["amount"] == 200])[0]
    assert amended["price"] == pytest.approx(float(price) - 10)
    assert client.fetch_balance()["BTC"]["used"] > 0
    client.cancel_order(order["id"], INVERSE)
    assert client.fetch_order(order["id"], INVERSE)["status"] == "canceled"
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_order(order["id"], INVERSE)
    with pytest.raises(ccxt.OrderNotFound):
        client.edit_order(order["id"], INVERSE, "limit", "buy", 300, price)
    assert client.fetch_balance()["BTC"]["used"] == 0


def test_order_id_of_the_client_is_unique_for_ever(client: Any) -> None:
    order = client.create_order(LINEAR, "market", "buy", 0.1, None, {"clientOrderId": "once"})
    ended(client, order, LINEAR)
    with pytest.raises(ccxt.InvalidOrder, match="110072"):
        client.create_order(LINEAR, "market", "buy", 0.1, None, {"clientOrderId": "once"})
    assert client.fetch_open_orders(LINEAR, params={"orderLinkId": "once"})[0]["id"] == order["id"]
    history = client.fetch_canceled_and_closed_orders(LINEAR, params={"orderLinkId": "once"})
    assert history[0]["id"] == order["id"]
    assert client.fetch_order_trades(None, LINEAR, params={"clientOrderId": "once"})


def test_limit_order_that_crosses_takes_the_book(client: Any) -> None:
    price = client.price_to_precision(LINEAR, last(client, LINEAR) * 1.01)
    done = ended(client, client.create_order(LINEAR, "limit", "buy", 0.5, price), LINEAR)
    assert done["status"] == "closed"
    assert done["average"] < float(price)


def test_post_only_order_that_would_take_is_cancelled(client: Any) -> None:
    price = client.price_to_precision(LINEAR, last(client, LINEAR) * 1.01)
    order = client.create_order(LINEAR, "limit", "buy", 0.5, price, {"postOnly": True})
    done = ended(client, order, LINEAR)
    assert (done["status"], done["filled"]) == ("canceled", 0)
    assert done["info"]["rejectReason"] == "EC_PostOnlyWillTakeLiquidity"


def after_print(sandbox: Running) -> None:
    """Return right after a print: the market stands still for the rest of the second."""
    seq = sandbox.now()["seq"]
    until(lambda: sandbox.now()["seq"] > seq)


def test_immediate_orders_do_not_rest(client: Any, sandbox: Running) -> None:
    far = client.price_to_precision(LINEAR, last(client, LINEAR) * 0.95)
    for kind in ("IOC", "FOK"):
        order = client.create_order(LINEAR, "limit", "buy", 0.5, far, {"timeInForce": kind})
        assert ended(client, order, LINEAR)["status"] == "canceled"
    # More than the best level has: what is there is taken, or with FOK nothing.
    after_print(sandbox)
    book = client.fetch_order_book(LINEAR, 50)
    more = client.amount_to_precision(LINEAR, 3 * max(size for _, size in book["asks"][:1]) + 50)
    best = book["asks"][0][0]
    order = client.create_order(LINEAR, "limit", "buy", min(float(more), 150), best, {"timeInForce": "FOK"})
    assert ended(client, order, LINEAR)["filled"] == 0
    after_print(sandbox)
    order = client.create_order(
        LINEAR, "limit", "buy", 150, client.fetch_ticker(LINEAR)["ask"], {"timeInForce": "IOC"}
    )
    part = ended(client, order, LINEAR)
    assert part["status"] == "canceled"
    assert 0 < part["filled"] < 150, "a cancelled order may carry fills"


def test_large_market_order_walks_the_book(client: Any) -> None:
    done = ended(client, client.create_order(LINEAR, "market", "buy", 200), LINEAR)
    prices = {trade["price"] for trade in client.fetch_order_trades(done["id"], LINEAR)}
    assert len(prices) > 2
    assert done["status"] == "closed"


def test_reduce_only_never_opens(client: Any) -> None:
    with pytest.raises(ccxt.InvalidOrder, match="110017"):
        client.create_order(LINEAR, "market", "sell", 1, None, {"reduceOnly": True})
    ended(client, client.create_order(LINEAR, "market", "buy", 1), LINEAR)
    order = client.create_order(LINEAR, "market", "sell", 5, None, {"reduceOnly": True})
    assert ended(client, order, LINEAR)["filled"] == 1
    assert position(client, LINEAR)["contracts"] == 0


def test_resting_reduce_only_ends_with_its_position(client: Any) -> None:
    ended(client, client.create_order(LINEAR, "market", "buy", 1), LINEAR)
    price = client.price_to_precision(LINEAR, last(client, LINEAR) * 1.05)
    order = client.create_order(LINEAR, "limit", "sell", 1, price, {"reduceOnly": True})
    resting(client, order, LINEAR)
    ended(client, client.create_order(LINEAR, "market", "sell", 1), LINEAR)
    done = ended(client, order, LINEAR)
    assert (done["status"], done["info"]["cancelType"]) == ("canceled", "CancelByReduceOnly")


def test_resting_order_is_filled_as_maker_when_the_market_comes(client: Any) -> None:
    """At the best bid and ask at once: the market moves one way or the other within seconds."""
    book = client.fetch_order_book(LINEAR, 1)
    buy = client.create_order(LINEAR, "limit", "buy", 0.1, book["bids"][0][0], {"postOnly": True})
    sell = client.create_order(LINEAR, "limit", "sell", 0.1, book["asks"][0][0], {"postOnly": True})
    trades = until(lambda: client.fetch_my_trades(LINEAR), seconds=20)
    assert trades[0]["order"] in (buy["id"], sell["id"])
    assert trades[0]["takerOrMaker"] == "maker"
    assert float(trades[0]["info"]["feeRate"]) == 0.0002


def test_conditional_order_waits_and_refuses_the_wrong_side(client: Any) -> None:
    mark = last(client, LINEAR)
    above = client.price_to_precision(LINEAR, mark * 1.05)
    order = client.create_order(
        LINEAR, "market", "buy", 1, None, {"triggerPrice": above, "triggerDirection": "above"}
    )
    row = resting(client, order, LINEAR)
    assert (row["info"]["orderStatus"], row["triggerPrice"]) == ("Untriggered", float(above))
    with pytest.raises(ccxt.InvalidOrder, match="110093"):
        client.create_order(
            LINEAR, "market", "buy", 1, None, {"triggerPrice": above, "triggerDirection": "below"}
        )
    client.cancel_all_orders(LINEAR, {"trigger": True})
    done = client.fetch_order(order["id"], LINEAR)
    assert (done["status"], done["info"]["orderStatus"]) == ("canceled", "Deactivated")


def test_stops_hang_on_the_position_and_end_with_it(client: Any) -> None:
    ended(client, client.create_order(LINEAR, "market", "buy", 1), LINEAR)
    price = last(client, LINEAR)
    client.privatePostV5PositionTradingStop(
        {
            "category": "linear",
            "symbol": "ETHUSDT",
            "stopLoss": client.price_to_precision(LINEAR, price * 0.9),
            "takeProfit": client.price_to_precision(LINEAR, price * 1.1),
            "trailingStop": "50",
        }
    )
    held = until(lambda: (p := position(client, LINEAR))["stopLossPrice"] and p)
    assert held["takeProfitPrice"] == pytest.approx(price * 1.1, rel=1e-4)
    assert len(until(lambda: (o := client.fetch_open_orders(LINEAR))[2:] and o)) == 3
    with pytest.raises(ccxt.BadRequest):
        client.privatePostV5PositionTradingStop(
            {"category": "linear", "symbol": "ETHUSDT", "stopLoss": "999999"}
        )
    ended(client, client.create_order(LINEAR, "market", "sell", 1), LINEAR)
    until(lambda: not client.fetch_open_orders(LINEAR))


def test_stop_loss_attached_to_an_order_arrives_with_its_fill(client: Any) -> None:
    below = client.price_to_precision(LINEAR, last(client, LINEAR) * 0.9)
    order = client.create_order(LINEAR, "market", "buy", 1, None, {"stopLoss": {"triggerPrice": below}})
    ended(client, order, LINEAR)
    assert until(lambda: position(client, LINEAR)["stopLossPrice"]) == float(below)


def test_cancel_all_takes_the_category_or_the_symbol(client: Any) -> None:
    price = client.price_to_precision(INVERSE, last(client, INVERSE) * 0.9)
    orders = [client.create_order(INVERSE, "limit", "buy", 10 + n, price) for n in range(3)]
    client.cancel_all_orders()  # linear USDT only, says ccxt
    assert len(client.fetch_open_orders(INVERSE)) == 3
    cancelled = client.cancel_all_orders(INVERSE)
    assert {row["id"] for row in cancelled} == {row["id"] for row in orders}
    assert client.fetch_open_orders(INVERSE) == []


def test_batch_tells_success_and_failure_side_by_side(client: Any) -> None:
    price = float(client.price_to_precision(LINEAR, last(client, LINEAR) * 0.9))
    orders = client.create_orders(
        [
            {"symbol": LINEAR, "type": "limit", "side": "buy", "amount": 1, "price": price},
            {"symbol": LINEAR, "type": "limit", "side": "buy", "amount": 1, "price": price * 3},
        ]
    )
    assert orders[0]["id"]
    assert not orders[1]["id"]
    assert len(until(lambda: client.fetch_open_orders(LINEAR))) == 1


def test_lists_are_paged_by_cursor(client: Any) -> None:
    client.options["maxEntriesPerRequest"] = 2
    price = client.price_to_precision(INVERSE, last(client, INVERSE) * 0.9)
    ids = [client.create_order(INVERSE, "limit", "buy", 10 + n, price)["id"] for n in range(5)]
    first = client.fetch_open_orders(INVERSE, limit=2)
    found, page = [row["id"] for row in first], first
    while cursor := page[0]["info"].get("nextPageCursor") or page[-1]["info"].get("nextPageCursor"):
        page = client.fetch_open_orders(INVERSE, limit=2, params={"cursor": cursor})
        found += [row["id"] for row in page]
    assert sorted(found) == sorted(ids)
    assert len(client.fetch_open_orders(INVERSE, params={"paginate": True})) == 5


@pytest.mark.parametrize(
    ("order", "error", "code"),
    [
        (("ETH/USDT:USDT", "limit", "buy", 0.01, 300), ccxt.InvalidOrder, "110094"),
        (("BTC/USD:BTC", "limit", "buy", 10, 1_000_000), ccxt.InvalidOrder, "110003"),
        (("BTC/USD:BTC", "market", "buy", 24_000_000), ccxt.BadRequest, "10001"),
        (("ETH/USDT:USDT", "market", "buy", 700), ccxt.InsufficientFunds, "110007"),
    ],
)
def test_order_that_breaks_a_rule_is_refused_by_its_code(
    client: Any, order: Any, error: Any, code: str
) -> None:
    with pytest.raises(error, match=code):
        client.create_order(*order)


def test_raw_order_off_the_grid_is_refused(client: Any) -> None:
    base = {
        "category": "linear",
        "symbol": "ETHUSDT",
        "side": "Buy",
        "orderType": "Limit",
        "qty": "1",
        "price": "2500",
    }
    for wrong in (
        {"price": "2500.001"},
        {"qty": "1.005"},
        {"qty": "-1"},
        {"qty": "NaN"},
        {"side": "Up"},
        {"qty": ""},
    ):
        with pytest.raises(ccxt.BadRequest):
            client.privatePostV5OrderCreate(base | wrong)


def test_leverage_and_modes_change_once(client: Any) -> None:
    client.set_leverage(5, LINEAR)
    with pytest.raises(ccxt.BadRequest, match="110043"):
        client.set_leverage(5, LINEAR)
    with pytest.raises(ccxt.BadRequest, match="110013"):
        client.set_leverage(500, LINEAR)
    with pytest.raises(ccxt.NoChange):
        client.set_position_mode(False, LINEAR)
    client.set_margin_mode("isolated")
    ended(client, client.create_order(LINEAR, "market", "buy", 1), LINEAR)
    held = position(client, LINEAR)
    assert held["leverage"] == 5
    assert held["liquidationPrice"] == pytest.approx(held["entryPrice"] * 0.8 / 0.995, rel=1e-3)


def test_fees_are_told(client: Any) -> None:
    fee = client.fetch_trading_fee(INVERSE)
    assert (fee["taker"], fee["maker"]) == (0.00055, 0.0002)


def test_settlement_coin_chooses_positions(client: Any) -> None:
    ended(client, client.create_order(INVERSE, "market", "buy", 10), INVERSE)
    assert [p["symbol"] for p in client.fetch_positions(None, {"subType": "inverse"})] == [INVERSE]
    assert client.fetch_positions() == []
    rows = client.privateGetV5PositionList({"category": "inverse", "settleCoin": "USDT"})["result"]["list"]
    assert rows == []


def test_own_account_detection_of_ccxt_works(sandbox: Running) -> None:
    config = ccxt_config(sandbox, key="plain")
    config["options"] = {"fetchMarkets": {"types": ["linear", "inverse"]}}
    del config["has"]
    client = ccxt.bybit(config)
    client.load_markets()
    assert client.create_order(INVERSE, "market", "buy", 10)["id"]
    client.session.close()
