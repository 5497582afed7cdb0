"""After any sequence of orders, prints and funding under any assumptions: the books add up to the last unit,
and no order does what it must not."""

import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bots.core.books.ledger import Ledger
from bots.core.events import Fill, Funding
from bots.core.instrument import ZERO, Instrument, booked
from bots.core.orders import Order, OrderState, OrderType, TimeInForce
from tests.bots.core.make import BTCUSDT, XBTUSD, D
from tests.bots.core.paper import Desk

INSTRUMENTS = st.sampled_from([XBTUSD, BTCUSDT])
prices = st.integers(2_000, 2_040)
DONE = {OrderState.CANCELLED, OrderState.EXPIRED, OrderState.REJECTED, OrderState.FILLED}

assumptions = st.fixed_dictionaries(
    {
        "latency_ms": st.sampled_from([0, 0, 500, 1000, 2500]),
        "volume_share": st.sampled_from([None, 0.1, 0.5]),
        "fill_at_touch": st.booleans(),
        "slippage_ticks": st.integers(0, 3),
        "slippage_impact": st.sampled_from([0.0, 0.01]),
        "balance": st.sampled_from(["5", "0.01"]),  # little enough to be liquidated
    }
)


@st.composite
def new_order(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    type_ = draw(st.sampled_from(OrderType))
    fields: dict[str, Any] = {"side": draw(st.sampled_from(["Buy", "Sell"])), "type": type_.value}
    fields["size"] = draw(st.integers(1, 60))
    fields["reduce_only"] = draw(st.sampled_from([False, False, False, True]))
    fields["oco"] = draw(st.sampled_from([0, 0, 0, 1, 2]))
    if "limit" in type_:
        fields |= {"price": draw(prices), "post_only": draw(st.booleans())}
    if type_ is OrderType.TRAILING_STOP:
        fields["trail"] = draw(st.integers(1, 20))
    elif type_ not in (OrderType.MARKET, OrderType.LIMIT):
        fields["trigger"] = draw(prices)
    else:
        fields["time_in_force"] = draw(st.sampled_from(["GTC", "IOC", "FOK"]))
    if type_ is OrderType.LIMIT and fields["time_in_force"] == "GTC" and draw(st.booleans()):
        fields["rearm"] = draw(st.integers(1, 10))
    return "order", fields


steps = st.lists(
    st.one_of(
        new_order(),
        new_order(),
        st.tuples(st.just("tick"), st.tuples(prices, st.integers(0, 300))),
        st.tuples(st.just("tick"), st.tuples(prices, st.integers(0, 300))),
        st.tuples(st.just("cancel"), st.integers(0, 30)),
        st.tuples(st.just("amend"), st.tuples(st.integers(0, 30), st.integers(1, 60), prices)),
        st.tuples(st.just("fund"), st.integers(-100, 100)),
    ),
    min_size=15,
    max_size=60,
)


class Watched(Desk):
    """A desk that objects to fills that must not be."""

    def __init__(self, instrument: Instrument, **given: Any) -> None:
        coin = 1 if instrument.is_inverse else 2000
        self.start = D(given.pop("balance", "5")) * coin
        super().__init__(instrument, leverage="50", balance=str(self.start), **given)
        self.instrument = instrument
        self.orders: list[Order] = []
        self.sums: dict[int, Decimal] = defaultdict(Decimal)
        self.groups: dict[int, Decimal] = defaultdict(Decimal)
        self.largest: dict[int, Decimal] = defaultdict(Decimal)

    def report(self, order: Order, fill: Fill) -> None:
        before = self.ledger.size(fill.market)
        super().report(order, fill)
        after = self.ledger.size(fill.market)
        assert fill.size > 0
        assert fill.size % self.instrument.lot == 0
        if order.reduce_only:
            assert abs(after) < abs(before)
            assert after * before >= 0
        self.sums[order.id] += fill.size
        if order.time_in_force is TimeInForce.FOK:
            assert (fill.size, order.state) == (order.size, OrderState.FILLED)
        if order.price is not None:
            assert fill.price <= order.price if fill.side == "Buy" else fill.price >= order.price
        if order.oco:
            self.groups[order.oco] += fill.size
            assert self.groups[order.oco] <= self.largest[order.oco]

    def play(self, step: tuple[str, Any]) -> None:
        what, given = step
        if what == "order":
            fields = {name: value for name, value in given.items() if name != "size"}
            if fields["oco"]:  # a group's orders are placed in one instant
                fields["oco"] += 10 * int(self.now)
            order = self.make(size=given["size"] * self.instrument.lot * 10, **fields)
            self.orders.append(order)
            self.largest[order.oco] = max(self.largest[order.oco], order.size)
            self.broker.submit(order, self.now)
        elif what == "tick":
            self.tick(str(given[0]), size=str(given[1] * self.instrument.lot * 10))
        elif what == "fund":
            self.broker.advance(self.now)
            self.ledger.fund(Funding(self.market, self.now, D(given) / 10_000))
        elif self.orders and what == "cancel":
            self.broker.cancel(self.orders[given % len(self.orders)], self.now)
        elif self.orders:
            number, size, price = given
            order = self.orders[number % len(self.orders)]
            changes: dict[str, Decimal] = {} if order.oco else {"size": size * self.instrument.lot * 10}
            if order.price is not None:
                changes["price"] = D(price)
            self.broker.amend(order, self.now, **changes)

    def check(self) -> None:
        settle = self.instrument.settle
        trips = [*self.closed, *self.ledger.trips.values()]
        figures = [booked(t.gross) - booked(t.fees) + booked(t.funding) for t in trips]
        assert self.ledger.cash[settle] == self.start + sum(figures, ZERO)
        assert self.ledger.equity(settle) == self.ledger.cash[settle] + self.ledger.unrealised(self.market)
        assert self.ledger.size(self.market) == sum((fill.signed_size for fill in self.fills), ZERO)
        working = self.broker.working
        for order in self.orders:
            assert self.sums[order.id] == order.filled <= order.size
            assert (order.id in working) == order.is_open
            assert order.is_open == (order.state not in DONE)


def watched(instrument: Instrument, given: dict[str, Any]) -> Watched:
    """At 2020, half of what can be held is held."""
    desk = Watched(instrument, **given)
    desk.tick("2020", size="1000000")
    size = instrument.round_size(desk.start * 25 / instrument.value(D(1), D(2020)))
    desk.fills.append(Fill(0.0, desk.market, 0, "Buy", size, D(2020), False, D(2020)))
    desk.ledger.apply(desk.fills[0])
    return desk


@given(INSTRUMENTS, assumptions, steps)
@settings(max_examples=250, deadline=None)
def test_the_books_add_up_and_orders_keep_their_word(
    instrument: Instrument, given: dict[str, Any], script: list[tuple[str, Any]]
) -> None:
    desk = watched(instrument, given)
    for step in script:
        desk.play(step)
        desk.check()
    ended = {order.id: order.filled for order in desk.orders if not order.is_open}
    for price in (1_900, 2_100, 2_020):
        desk.tick(str(price), size="1000")
    assert all(desk.sums[number] == filled for number, filled in ended.items())
    desk.broker.close_down(desk.now)
    for trip in list(desk.ledger.trips.values()):
        desk.order("Sell" if trip.direction > 0 else "Buy", trip.open_size, reduce_only=True)
    assert desk.ledger.is_flat
    desk.check()


@given(INSTRUMENTS, assumptions, steps, st.data())
@settings(max_examples=80, deadline=None)
def test_a_broker_restored_from_json_goes_on_the_same(
    instrument: Instrument, given: dict[str, Any], script: list[tuple[str, Any]], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(script)))
    desk, other = watched(instrument, given), Watched(instrument, **given)
    for step in script[:cut]:
        desk.play(step)
    told = json.loads(json.dumps({"broker": desk.broker.snapshot(), "ledger": desk.ledger.snapshot()}))
    other.ledger.restore(told["ledger"])
    other.broker.restore(told["broker"])
    other.largest, other.groups = desk.largest.copy(), desk.groups.copy()
    other.now, other._next_id, other.orders = desk.now, desk._next_id, []
    seen = len(desk.fills)
    desk.orders = []
    for step in script[cut:]:
        desk.play(step)
        other.play(step)
    assert other.fills == desk.fills[seen:]
    assert other.broker.snapshot() == desk.broker.snapshot()
    assert other.ledger.snapshot() == desk.ledger.snapshot()


@given(INSTRUMENTS, steps)
@settings(max_examples=80, deadline=None)
def test_a_share_that_is_never_reached_changes_nothing(
    instrument: Instrument, script: list[tuple[str, Any]]
) -> None:
    script = [(what, (given[0], 100) if what == "tick" else given) for what, given in script]
    desks = [watched(instrument, {"volume_share": share}) for share in (None, 1.0)]
    for desk in desks:
        desk.tick("2020", size="1000000")
    for step in script:
        enough = step if step[0] != "tick" else ("tick", (step[1][0], 10**6))
        for desk in desks:
            desk.play(enough)
    assert desks[0].fills == desks[1].fills


def test_long_and_short_mirror_through_the_broker() -> None:
    """Mirrored orders in a market without spread and with the same marks: gross figures are opposite."""
    results = []
    for entry, exit_ in (("Buy", "Sell"), ("Sell", "Buy")):
        desk = Desk(BTCUSDT, balance="100000")
        desk.tick("30000", spread="0")
        desk.order(entry, "1")
        desk.tick("31000", spread="0")
        desk.ledger.fund(Funding("BTCUSDT", 0.0, D("0.0001"), D(31_000)))
        desk.order(exit_, "1")
        results.append(desk.closed[0])
    long, short = results
    assert (long.gross, long.funding) == (short.gross.copy_negate(), short.funding.copy_negate())
    assert long.fees == short.fees
    assert long.mae(BTCUSDT) == -short.mfe(BTCUSDT)
    assert long.mfe(BTCUSDT) == -short.mae(BTCUSDT)


def test_the_published_average_entry_comes_out_of_the_books() -> None:
    """1000 at 5000 and 2000 at 6000: 3000 / (0.2 + 0.33333333) = 5625."""
    ledger = Ledger({"XBTUSD": XBTUSD}, D(1))
    for size, price in ((1000, 5000), (2000, 6000)):
        ledger.apply(Fill(0.0, "XBTUSD", 1, "Buy", D(size), D(price), False, D(price)))
    assert ledger.trips["XBTUSD"].entry_price(XBTUSD) == D(5625)


def test_the_published_sample_position_comes_out_of_the_books() -> None:
    """300 short at 27,464.504, marked at 28,224.5: value 0.01092319 at the entry, profit -0.00029413.

    Fee 0.055 % of 0.01092319 = 0.00000601; funding at 0.01 % of 300 / 28,224.5 = 0.00000106 received.
    """
    ledger = Ledger({"XBTUSD": XBTUSD}, D(1))
    price = D("27464.504")
    ledger.apply(Fill(0.0, "XBTUSD", 1, "Sell", D(300), price, False, price))
    ledger.mark("XBTUSD", D("28224.5"))
    assert booked(ledger.trips["XBTUSD"].entry_value) == D("0.01092319")
    assert ledger.unrealised("XBTUSD") == D("-0.00029413")
    assert ledger.fund(Funding("XBTUSD", 0.0, D("0.0001"))) == D("0.00000106")
    assert ledger.cash["BTC"] == 1 - D("0.00000601") + D("0.00000106")
    assert ledger.equity("BTC") == ledger.cash["BTC"] - D("0.00029413")
