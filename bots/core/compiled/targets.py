"""Wanted positions in whole lots."""

import numpy as np

from bots.core.candles import Floats
from bots.core.instrument import Instrument
from bots.core.orders import MOST, as_position
from bots.core.series import Levels


def lots_of(wanted: Floats, instrument: Instrument) -> Levels:
    """Each wanted position as `as_position` takes it: whole lots, towards 0. NaN gives 0, which nobody reads.

    Raises OrderError for infinities and what is beyond all bounds.
    """
    known = np.where(np.isnan(wanted), 0.0, wanted)
    if not len(known):
        return np.zeros(0, dtype=np.int64)
    # A position is wanted for many bars: what is the same as at the bar before is not worked out again.
    starts = np.concatenate(([0], np.flatnonzero(known[1:] != known[:-1]) + 1))
    lengths = np.diff(starts, append=len(known))
    return np.repeat(_lots_of_each(known[starts], instrument), lengths)


def _lots_of_each(known: Floats, instrument: Instrument) -> Levels:
    beyond = np.abs(known) > float(MOST)
    if beyond.any():
        as_position(float(known[beyond][0]), instrument)  # says it
    up, down = instrument.lot.as_integer_ratio()
    exact = known * down / up
    lots: Levels = np.trunc(exact).astype(np.int64)
    # Floats cannot tell on which side of a whole lot a decimal lies: there the decimals themselves decide.
    near = np.abs(exact - np.rint(exact)) < 1e-6
    for value in np.unique(known[near]).tolist():
        lots[known == value] = _lots(value, instrument)
    return lots


def _lots(value: float, instrument: Instrument) -> int:
    return int(as_position(value, instrument) / instrument.lot)
