"""What the kernel has told: for the strategy, for whoever holds an order, and for the journal."""

from typing import Any

from bots.core.compiled import layout as L
from bots.core.compiled.narrator import Narrator
from bots.core.compiled.orders import Orders
from bots.core.compiled.reports import Reports
from bots.core.compiled.setup import Arrays
from bots.core.events import Fill

_EVENT = L.EVENT_COLUMNS


class Outbox:
    """Reads the events in their order. `fills` collects those that the strategy is still to be told of."""

    def __init__(self, arrays: Arrays, orders: Orders, reports: Reports, narrator: Narrator | None) -> None:
        self.fills: list[Fill] = []
        self._arrays, self._i = arrays, memoryview(arrays.state.i)
        self._orders, self._reports, self._narrator = orders, reports, narrator
        self._viewed: tuple[Any, Any] | None = None

    def read(self) -> None:
        """Pass on everything that was told since the last time."""
        narrator, state, count = self._narrator, self._arrays.state, self._i[L.OUTBOX]
        if not count and narrator is None:
            return  # a journal has samples to note even so
        flat = self._view()
        self._i[L.OUTBOX] = 0
        events = [flat[at : at + _EVENT].tolist() for at in range(0, count * _EVENT, _EVENT)]
        if narrator is not None:
            narrator.begin(state)
        for event in events:
            if narrator is not None:
                narrator.samples(state, int(event[L.E_SAMPLES]))
            rejection = self._pass_on(event)
            if self._orders.known:
                self._orders.hear(event, rejection)
        if narrator is not None:
            narrator.end(state)
        if not self._i[L.HANDLES_FILLS]:
            self.fills.clear()

    def _pass_on(self, event: list[float]) -> str:
        """Note a fill for the strategy, and tell the journal; gives the reason of a refusal."""
        kind, narrator = event[L.E_KIND], self._narrator
        if kind == L.EV_FILL:
            fill = self._reports.fill(event)
            if event[L.E_TOLD]:
                self.fills.append(fill)
            if narrator is not None:
                narrator.filled(event, fill)
        elif kind == L.EV_REFUSED:
            rejection = self._reports.refusal(event)
            if narrator is not None:
                narrator.refused(event, self._orders.size_of(event), rejection)
            return rejection
        elif kind == L.EV_FUNDED and narrator is not None:
            narrator.funded(event)
        return ""

    def _view(self) -> Any:
        """The outbox as one row of numbers, which are quicker to read than those of an array."""
        viewed, outbox = self._viewed, self._arrays.state.outbox
        if viewed is None or viewed[0] is not outbox:
            viewed = self._viewed = outbox, memoryview(outbox).cast("B").cast("d")
        return viewed[1]
