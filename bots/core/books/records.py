"""Closed round trips as trade records: JSON objects of the documented fields, exact to 8 decimals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bots.core.books.trade import RoundTrip
from bots.core.instrument import MONEY, ZERO, Instrument, booked


@dataclass(frozen=True, slots=True)
class TradeRecord:
    """A closed trade: the JSON object for the journal, and its result exactly (`settle`, dollars)."""

    data: dict[str, Any]
    pnl: Decimal
    pnl_usd: Decimal


def single_record(trip: RoundTrip, instrument: Instrument, origin: Mapping[str, Any]) -> TradeRecord:
    """The record of a trade in one market. `origin`: id, session, exchange, run."""
    fields = dict(origin) | _leg(trip, instrument, origin["exchange"])
    fields["run"] = fields.pop("run")  # documented last
    return TradeRecord(fields, trip.cash, trip.usd)


def pair_record(
    trips: Sequence[RoundTrip], instruments: Mapping[str, Instrument], origin: Mapping[str, Any]
) -> TradeRecord:
    """The record of a trade with legs, in dollars at its top.

    Prices at the top are the ratio of the first leg's price to the second's, the side is the first leg's, the
    size is the legs' value in dollars at the entry.
    """
    order = list(instruments)
    trips = sorted(trips, key=lambda trip: (order.index(trip.market), trip.entry_time))
    first, last = trips[0], next((trip for trip in trips if trip.market != trips[0].market), trips[0])
    gross, fees, funding, slippage, mae, mfe = (
        sum((booked(MONEY.multiply(amount, trip.settle_price)) for trip, amount in amounts), ZERO)
        for amounts in zip(*(_amounts(trip, instruments[trip.market]) for trip in trips), strict=True)
    )
    pnl = gross - fees + funding
    size = booked(sum((trip.entry_usd(instruments[trip.market]) for trip in trips), ZERO))
    prices = [_prices(trip, instruments[trip.market]) for trip in (first, last)]
    (entry_a, exit_a), (entry_b, exit_b) = prices
    data: dict[str, Any] = {
        "id": origin["id"],
        "session": origin["session"],
        "exchange": origin["exchange"],
        "market": "+".join(order),
        "side": first.side,
        "entry_time": min(trip.entry_time for trip in trips),
        "exit_time": max(trip.exit_time for trip in trips),
        "entry_price": float(booked(MONEY.divide(entry_a, entry_b))),
        "exit_price": float(booked(MONEY.divide(exit_a, exit_b))),
        "size": float(size),
        "gross_pnl": float(gross),
        "fees": float(fees),
        "funding": float(funding),
        "pnl": float(pnl),
        "slippage": float(slippage),
        "settle": "USD",
        "pnl_usd": float(pnl),
        "entry_reason": first.entry_reason,
        "exit_reason": first.exit_reason,
        "mae": float(mae),
        "mfe": float(mfe),
        "bars_held": first.bars_held,
        "settle_usd": 1.0,
        "run": origin["run"],
        "legs": [_leg(trip, instruments[trip.market], origin["exchange"]) for trip in trips],
    }
    return TradeRecord(data, pnl, pnl)


def _amounts(trip: RoundTrip, instrument: Instrument) -> list[tuple[RoundTrip, Decimal]]:
    figures = (trip.gross, trip.fees, trip.funding, trip.slippage)
    excursions = (trip.mae(instrument), trip.mfe(instrument))
    return [(trip, booked(figure)) for figure in (*figures, *excursions)]


def _prices(trip: RoundTrip, instrument: Instrument) -> tuple[Decimal, Decimal]:
    return (
        instrument.average_price(trip.entered, trip.entry_value),
        instrument.average_price(trip.left, trip.exit_value),
    )


def _leg(trip: RoundTrip, instrument: Instrument, exchange: str) -> dict[str, Any]:
    entry, exit_ = _prices(trip, instrument)
    return {
        "exchange": exchange,
        "market": trip.market,
        "side": trip.side,
        "entry_time": trip.entry_time,
        "exit_time": trip.exit_time,
        "entry_price": float(entry),
        "exit_price": float(exit_),
        "size": float(trip.entered),
        "gross_pnl": float(booked(trip.gross)),
        "fees": float(booked(trip.fees)),
        "funding": float(booked(trip.funding)),
        "pnl": float(trip.cash),
        "slippage": float(booked(trip.slippage)),
        "settle": instrument.settle,
        "pnl_usd": float(trip.usd),
        "entry_reason": trip.entry_reason,
        "exit_reason": trip.exit_reason,
        "mae": float(trip.mae(instrument)),
        "mfe": float(trip.mfe(instrument)),
        "bars_held": trip.bars_held,
        "settle_usd": float(trip.settle_price),
    }
