from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bots.core.books.ledger import Ledger
from bots.core.books.trade import RoundTrip
from bots.core.events import Fill, Funding, Side
from bots.core.instrument import ZERO, Instrument, booked
from tests.bots.core.make import BTCUSDT, XBTUSD, D, fill

START = D(1)
instruments = st.sampled_from([XBTUSD, BTCUSDT])


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[str, int, int, bool, int]]:
    """(what, size in lots, price in ticks, maker, reference in ticks): fills and fundings, flips included."""
    what = st.sampled_from(["Buy", "Sell", "Buy", "Sell", "fund"])
    size, price = st.integers(1, 5_000), st.integers(100_000, 900_000)
    return draw(st.lists(st.tuples(what, size, price, st.booleans(), price), min_size=1, max_size=40))


def play(
    instrument: Instrument, script: list[tuple[str, int, int, bool, int]], parts: int = 1
) -> tuple[Ledger, list[RoundTrip]]:
    """Book a script, each fill in `parts` equal parts where its size divides."""
    ledger, closed = Ledger({instrument.market: instrument}, START), []
    for what, size, level, maker, reference in script:
        price = level * instrument.tick
        ledger.mark(instrument.market, price)
        if what == "fund":
            ledger.fund(Funding(instrument.market, 0.0, D(level) / 10**9, price))
            continue
        count = parts if size % parts == 0 else 1
        for _ in range(count):
            part = size * instrument.lot / count
            side: Side = "Buy" if what == "Buy" else "Sell"
            one: Fill = fill(side, part, price, 0.0, maker, instrument.market, reference * instrument.tick)
            trip = ledger.apply(one)
            if trip is not None:
                closed.append(trip)
    return ledger, closed


@given(instruments, steps())
def test_cash_is_the_start_and_every_booked_figure_to_the_last_unit(
    instrument: Instrument, script: list[tuple[str, int, int, bool, int]]
) -> None:
    ledger, closed = play(instrument, script)
    trips = [*closed, *ledger.trips.values()]
    figures = [(booked(trip.gross), booked(trip.fees), booked(trip.funding)) for trip in trips]
    cash = ledger.cash[instrument.settle]
    assert cash == START + sum((gross - fees + funding for gross, fees, funding in figures), ZERO)
    assert ledger.equity(instrument.settle) == cash + ledger.unrealised(instrument.market)
    assert cash == booked(cash)


@given(instruments, steps())
def test_positions_are_the_sum_of_the_fills_and_closed_trips_left_whole(
    instrument: Instrument, script: list[tuple[str, int, int, bool, int]]
) -> None:
    ledger, closed = play(instrument, script)
    signs = {"Buy": 1, "Sell": -1, "fund": 0}
    assert (
        ledger.size(instrument.market)
        == sum(signs[what] * size for what, size, *_ in script) * instrument.lot
    )
    for trip in closed:
        assert trip.entered == trip.left > 0
        assert trip.open_cost == 0
        direction = D(trip.direction)
        whole = instrument.pnl_of_values(direction, trip.entry_value, trip.exit_value)
        assert booked(trip.gross) == booked(whole)


@given(instruments, steps(), st.integers(2, 4))
def test_splitting_a_fill_changes_nothing(
    instrument: Instrument, script: list[tuple[str, int, int, bool, int]], parts: int
) -> None:
    script = [(what, size * parts, *rest) for what, size, *rest in script]  # type: ignore[misc]
    whole, trips = play(instrument, script)
    split, split_trips = play(instrument, script, parts)
    assert split.cash == whole.cash
    assert split.unrealised(instrument.market) == whole.unrealised(instrument.market)
    assert [booked(trip.slippage) for trip in split_trips] == [booked(trip.slippage) for trip in trips]
    assert [trip.cash for trip in split_trips] == [trip.cash for trip in trips]


@given(instruments, steps())
def test_long_and_short_mirror(instrument: Instrument, script: list[tuple[str, int, int, bool, int]]) -> None:
    turned = {"Buy": "Sell", "Sell": "Buy", "fund": "fund"}
    mirror = [(turned[what], *rest) for what, *rest in script]
    _, trips = play(instrument, script)
    _, mirrored = play(instrument, mirror)  # type: ignore[arg-type]
    for trip, other in zip(trips, mirrored, strict=True):
        assert trip.gross == other.gross.copy_negate()
        assert trip.funding == other.funding.copy_negate()
        assert trip.slippage == other.slippage.copy_negate()
        assert trip.fees == other.fees


def test_a_flip_closes_one_trip_and_opens_the_next_with_its_share_of_the_fee() -> None:
    """100 long at 25,000, 250 sold at 20,000: 100 closed, 150 short; fees of 0.004, 0.005, 0.0075."""
    ledger = Ledger({"XBTUSD": XBTUSD}, START)
    ledger.apply(fill("Buy", 100, "25000", 1.0))
    closed = ledger.apply(fill("Sell", 250, "20000", 2.0))
    assert closed is not None
    assert (closed.side, closed.entered, closed.exit_time) == ("LONG", D(100), 2.0)
    assert booked(closed.gross) == D("-0.001")
    assert booked(closed.fees) == D("0.00000495")
    short = ledger.trips["XBTUSD"]
    assert (short.side, short.open_size, short.entry_time) == ("SHORT", D(150), 2.0)
    assert booked(short.fees) == D("0.00000412")  # 0.000004125, half to even
    assert ledger.cash["BTC"] == START - D("0.00100495") - D("0.00000412")


def test_slippage_is_told_as_what_the_fill_cost_against_the_price_hoped_for() -> None:
    """10,000 bought at 50,000 instead of 40,000: 0.25 - 0.2 BTC more."""
    ledger = Ledger({"XBTUSD": XBTUSD}, START)
    ledger.apply(fill("Buy", 10_000, "50000", reference="40000"))
    assert booked(ledger.trips["XBTUSD"].slippage) == D("0.05")
    closed = ledger.apply(fill("Sell", 10_000, "40000", reference="50000"))
    assert closed is not None
    assert booked(closed.slippage) == D("0.1")


def test_funding_needs_an_open_position() -> None:
    ledger = Ledger({"XBTUSD": XBTUSD}, START)
    assert ledger.fund(Funding("XBTUSD", 0.0, D("0.0001"), D(50_000))) == 0
    ledger.apply(fill("Sell", 10_000, "50000"))
    assert ledger.fund(Funding("XBTUSD", 0.0, D("0.0001"), D(50_000))) == D("0.00002")


@given(instruments, steps())
def test_a_snapshot_restores_the_books_exactly(
    instrument: Instrument, script: list[tuple[str, int, int, bool, int]]
) -> None:
    ledger, _ = play(instrument, script)
    other = Ledger({instrument.market: instrument}, Decimal(0))
    other.restore(ledger.snapshot())
    assert other.snapshot() == ledger.snapshot()
    closing = fill("Buy", 7 * instrument.lot, "50000", market=instrument.market)
    ledger.apply(closing)
    other.apply(closing)
    assert other.cash == ledger.cash
