"""What the kernel tells of fills and refusals, in the words of the general engine."""

from bots.core import refusals
from bots.core.assumptions import Assumptions
from bots.core.compiled import layout as L
from bots.core.compiled.grid import Grid
from bots.core.compiled.orders import TAGS
from bots.core.compiled.valuation import UNIT
from bots.core.events import Fill
from bots.core.instrument import ZERO, Instrument
from bots.core.settings import EngineSettings


class Reports:
    """Reads rows of the outbox; `texts` are the reasons, by their numbers."""

    def __init__(
        self,
        instrument: Instrument,
        grid: Grid,
        texts: list[str],
        settings: EngineSettings,
        assumptions: Assumptions,
    ) -> None:
        self._instrument, self._grid, self._texts = instrument, grid, texts
        self._settings, self._assumptions = settings, assumptions

    def fill(self, event: list[float]) -> Fill:
        """The fill of an order."""
        price = self._grid.price(event[L.E_LEVEL])
        is_maker = event[L.E_MAKER] != 0.0
        fields = (
            event[L.E_TIME],
            self._instrument.market,
            int(event[L.E_ID]),
            "Buy" if event[L.E_BUY] > 0 else "Sell",
            self._grid.size(event[L.E_SIZE]),
            price,
            is_maker,
            price if is_maker else self._grid.half_price(event[L.E_REFERENCE]),
            TAGS[int(event[L.E_TAG])],
            self._texts[int(event[L.E_REASON])],
        )
        return tuple.__new__(Fill, fields)

    def refusal(self, event: list[float]) -> str:
        """Why an order, or the amendment of one, was refused."""
        text = self._why(event)
        return f"amendment: {text}" if event[L.E_CLOSED] else text

    def _why(self, event: list[float]) -> str:
        why, settle, price = event[L.E_WHY], self._instrument.settle, self._grid.price
        if why == L.WHY_MARGIN:
            needed, equity = (int(event[at]) * UNIT for at in (L.E_NEEDED, L.E_EQUITY))
            if not event[L.E_PNL]:  # nothing was booked yet
                equity = self._settings.starting_balance + ZERO
            return refusals.too_little_margin(needed, self._assumptions.leverage, equity, settle)
        if why == L.WHY_STOP:
            return refusals.stop_reached(price(event[L.E_NEEDED]), price(event[L.E_EQUITY]))
        if why == L.WHY_TRAIL:
            return refusals.trail_too_long(price(event[L.E_NEEDED]), price(event[L.E_EQUITY]))
        if why == L.WHY_PRICE:
            return refusals.price_too_low(price(event[L.E_NEEDED]))
        return _WHY[int(why)]


_WHY = {
    L.WHY_NOTHING_TO_REDUCE: refusals.NOTHING_TO_REDUCE,
    L.WHY_WOULD_CROSS: refusals.WOULD_CROSS,
    L.WHY_EXPIRED: refusals.EXPIRED,
}
