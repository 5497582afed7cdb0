"""Excursions, bars held, samples of the equity, and the records that tell them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.core.books.account import Account
from bots.core.books.equity import Drawdown
from bots.core.books.ledger import Ledger
from bots.core.books.records import pair_record, single_record
from bots.core.events import Funding
from bots.core.instrument import Instrument, booked
from tests.bots.core.make import BTCUSDT, ETHUSD, XBTUSD, D, fill

ORIGIN = {"id": 1, "session": "s", "exchange": "sandbox", "run": 2}
FIELDS = [
    "id", "session", "exchange", "market", "side", "entry_time", "exit_time", "entry_price", "exit_price",
    "size", "gross_pnl", "fees", "funding", "pnl", "slippage", "settle", "pnl_usd", "entry_reason",
    "exit_reason", "mae", "mfe", "bars_held", "settle_usd", "run",
]  # fmt: skip


def ledger_of(*instruments: Instrument) -> Ledger:
    return Ledger({instrument.market: instrument for instrument in instruments}, D(1))


def test_excursions_are_the_profit_of_all_that_was_entered_at_the_worst_and_the_best_mark() -> None:
    """2 at 30,000 and 2 at 32,000 on average 31,000: 4 x (29,000 - 31,000) and 4 x (33,000 - 31,000)."""
    ledger = ledger_of(BTCUSDT)
    ledger.apply(fill("Buy", 2, "30000", market="BTCUSDT"))
    ledger.mark("BTCUSDT", D(29_000))
    ledger.apply(fill("Buy", 2, "32000", market="BTCUSDT"))
    ledger.mark("BTCUSDT", D(33_000))
    ledger.apply(fill("Sell", 1, "32500", market="BTCUSDT"))
    trip = ledger.apply(fill("Sell", 3, "31000", market="BTCUSDT"))
    assert trip is not None
    assert (trip.mae(BTCUSDT), trip.mfe(BTCUSDT)) == (D(-8000), D(8000))


def test_excursions_of_an_inverse_short_are_in_coins() -> None:
    """10,000 short at 40,000; up to 50,000: 0.2 - 0.25; down to 32,000: 0.3125 - 0.25."""
    ledger = ledger_of(XBTUSD)
    ledger.apply(fill("Sell", 10_000, "40000"))
    ledger.reach("XBTUSD", D(32_000), D(50_000))
    trip = ledger.trips["XBTUSD"]
    assert (trip.mae(XBTUSD), trip.mfe(XBTUSD)) == (D("-0.05"), D("0.0625"))


def test_the_prints_of_entry_and_exit_count_and_what_was_before_does_not() -> None:
    ledger = ledger_of(BTCUSDT)
    ledger.mark("BTCUSDT", D(90_000))
    ledger.mark("BTCUSDT", D(30_010))
    ledger.apply(fill("Buy", 1, "30020", market="BTCUSDT"))
    ledger.mark("BTCUSDT", D(30_100))
    trip = ledger.apply(fill("Sell", 1, "30090", market="BTCUSDT"))
    assert trip is not None
    ledger.reach("BTCUSDT", D(1), D(90_000))
    assert (trip.mae(BTCUSDT), trip.mfe(BTCUSDT)) == (D(-10), D(80))


def test_excursions_are_never_of_the_wrong_sign() -> None:
    ledger = ledger_of(BTCUSDT)
    ledger.apply(fill("Buy", 1, "30000", market="BTCUSDT"))
    trip = ledger.trips["BTCUSDT"]
    assert (trip.mae(BTCUSDT), trip.mfe(BTCUSDT)) == (D(0), D(0))  # no mark yet
    ledger.mark("BTCUSDT", D(31_000))
    assert (trip.mae(BTCUSDT), trip.mfe(BTCUSDT)) == (D(0), D(1000))


@given(st.lists(st.integers(1_000, 9_000), min_size=1, max_size=20), st.sampled_from(["Buy", "Sell"]))
def test_marks_one_by_one_are_as_good_as_their_range(levels: list[int], side: str) -> None:
    one, other = ledger_of(XBTUSD), ledger_of(XBTUSD)
    for ledger in (one, other):
        ledger.apply(fill(side, 100, "5000"))  # type: ignore[arg-type]
    for level in levels:
        one.mark("XBTUSD", D(level))
    other.reach("XBTUSD", D(min(levels)), D(max(levels)))
    first, second = one.trips["XBTUSD"], other.trips["XBTUSD"]
    assert first.mae(XBTUSD) == second.mae(XBTUSD) <= 0 <= first.mfe(XBTUSD) == second.mfe(XBTUSD)


def test_bars_held_are_those_closed_between_entry_and_exit() -> None:
    ledger = ledger_of(XBTUSD)
    ledger.count_bar()
    ledger.apply(fill("Buy", 10, "30000"))
    for _ in range(3):
        ledger.count_bar()
    flipped = ledger.apply(fill("Sell", 20, "30000"))
    assert flipped is not None
    assert flipped.bars_held == 3
    back = ledger.apply(fill("Buy", 10, "30000"))
    assert back is not None
    assert back.bars_held == 0


def test_books_go_on_from_a_snapshot_with_their_extremes_and_bars() -> None:
    ledger, other = ledger_of(XBTUSD), ledger_of(XBTUSD)
    ledger.count_bar()
    ledger.apply(fill("Buy", 10, "30000"))
    ledger.mark("XBTUSD", D(31_000))
    other.restore(ledger.snapshot())
    assert (other.bars, other.trips) == (1, ledger.trips)


def test_a_record_has_the_documented_fields_in_their_order() -> None:
    ledger = ledger_of(XBTUSD)
    ledger.mark("XBTUSD", D(30_000))
    ledger.apply(fill("Buy", 10_000, "30000", 60.0))
    ledger.count_bar()
    ledger.mark("XBTUSD", D(32_000))
    trip = ledger.apply(fill("Sell", 10_000, "32000", 120.0))
    assert trip is not None
    record = single_record(trip, XBTUSD, ORIGIN).data
    assert list(record) == FIELDS
    told = [record[name] for name in ("mae", "mfe", "bars_held", "settle_usd", "run")]
    assert told == [0.0, 0.02083333, 1, 32000.0, 2]


def test_a_pair_tells_its_excursions_in_dollars_summed_over_its_legs() -> None:
    """0.1 BTC at 10,000 lost at most: 1000; 1 ETH at 2000 gained at most: 2000."""
    ledger = ledger_of(XBTUSD, ETHUSD)
    ledger.apply(fill("Buy", 10_000, "20000"))
    ledger.apply(fill("Sell", 2_000, "2000", market="ETHUSD"))
    ledger.reach("XBTUSD", D("16000"), D("20000"))  # 0.5 - 0.625
    ledger.reach("ETHUSD", D("1000"), D("2000"))  # 2 - 1
    ledger.count_bar()
    trips = []
    for market, side, size, price in (("XBTUSD", "Sell", 10_000, "20000"), ("ETHUSD", "Buy", 2_000, "2000")):
        ledger.mark(market, D(price))
        trip = ledger.apply(fill(side, size, price, market=market))  # type: ignore[arg-type]
        assert trip is not None
        trips.append(trip)
    record = pair_record(trips, ledger.instruments, ORIGIN).data
    assert list(record) == [*FIELDS, "legs"]
    told = [record[name] for name in ("mae", "mfe", "bars_held", "settle_usd", "settle")]
    assert told == [-0.125 * 20_000, 1.0 * 2_000, 1, 1.0, "USD"]
    assert [leg["mae"] for leg in record["legs"]] == [-0.125, 0.0]
    assert [leg["settle_usd"] for leg in record["legs"]] == [20_000.0, 2_000.0]


@pytest.mark.parametrize("instrument", [XBTUSD, BTCUSDT])
@pytest.mark.parametrize("side", ["Buy", "Sell"])
def test_a_sample_is_the_equity_in_floats(instrument: Instrument, side: str) -> None:
    ledger = ledger_of(instrument)
    account = Account(ledger, False, {})
    account.open()
    assert account.sample() == 1.0
    market = instrument.market
    ledger.apply(fill(side, 7, "30000", market=market))  # type: ignore[arg-type]
    ledger.mark(market, D("29123.4"))
    ledger.fund(Funding(market, 0.0, D("0.0001")))
    trip = ledger.trips[market]
    value = 7.0 / 29123.4 if instrument.is_inverse else 7.0 * 29123.4
    cost = float(trip.open_cost)
    rises = (side == "Buy") != instrument.is_inverse
    assert account.sample() == float(ledger.cash[instrument.settle]) + (
        value - cost if rises else cost - value
    )
    assert account.sample() == pytest.approx(float(account.equity()), abs=1e-8)


def test_a_sample_of_several_legs_is_in_dollars() -> None:
    ledger = ledger_of(XBTUSD, ETHUSD)
    account = Account(ledger, True, {"session": "s", "exchange": "x", "run": 1})
    for market, price in (("XBTUSD", "30000"), ("ETHUSD", "2000")):
        ledger.mark(market, D(price))
    account.open()
    ledger.apply(fill("Buy", 1_000, "30000"))
    ledger.apply(fill("Sell", 1_000, "2000", market="ETHUSD"))
    ledger.mark("XBTUSD", D(31_000))
    assert account.sample() == pytest.approx(float(account.equity()), abs=1e-3)
    assert account.sample() != account.start
    closed = ledger.apply(fill("Sell", 1_000, "31000"))
    assert closed is not None
    assert account.close(closed) is None  # the other leg is open
    assert account.sample() == pytest.approx(float(account.equity()), abs=1e-3)


def test_a_drawdown_is_a_percentage_of_the_peak_unrounded() -> None:
    drawdown = Drawdown()
    fallen = (3.0 - 2.0) / 3.0 * 100
    told = [drawdown.add(equity) for equity in (3.0, 2.0, 4.0, 3.9)]
    assert told == [0.0, fallen, 0.0, (4.0 - 3.9) / 4.0 * 100]
    assert drawdown.deepest == fallen
    assert Drawdown.from_json(drawdown.to_json()) == drawdown
    assert Drawdown().add(-1.0) == 0.0


def test_what_is_booked_is_snapped_to_twenty_decimals_first() -> None:
    """Arithmetic that is only good to 24 decimals books the same half as exact arithmetic does."""
    assert booked(D("0.000000005") + D("1e-24")) == booked(D("0.000000005")) == D("0E-8")
    assert booked(D("0.000000015") - D("1e-24")) == D("0.00000002")
    assert booked(D("0.000000005") + D("1e-19")) == D("0.00000001")
