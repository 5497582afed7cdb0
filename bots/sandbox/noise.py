"""Reproducible noise with random access: a number for any index of any named series, without state.

A random walk is laid over the minutes by midpoint displacement: each span of 2, 4, 8 ... minutes lifts its
middle by a normal number of its own. So a minute's value needs one number a level, whatever the minute.
"""

from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MASK = (1 << 64) - 1
_TO_UNIT = 2.0**-53


def series_key(*parts: object) -> int:
    """64-bit key of a named series."""
    return int.from_bytes(blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest(), "little")


def hash64(key: int, index: int) -> int:
    """The 64-bit number of `index` in the series (splitmix64)."""
    x = (key + (index + 1) * 0x9E3779B97F4A7C15) & _MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)


def uniforms(key: int, index: Ints) -> Floats:
    """Evenly spread numbers in (0, 1), one an index."""
    x = np.uint64(key) + (index.astype(np.uint64) + np.uint64(1)) * _GOLDEN
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    return ((x >> np.uint64(11)).astype(np.float64) + 0.5) * _TO_UNIT


def normals(key: int, index: Ints) -> Floats:
    """Standard normal numbers, one an index (Box-Muller)."""
    radius = np.sqrt(-2.0 * np.log(uniforms(key, index)))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniforms(key ^ 0x5DEECE66D, index)))


def smooth(key: int, index: Ints, period: int) -> Floats:
    """Noise that wanders between normal numbers standing `period` indices apart."""
    node = index // period
    part = (index - node * period) / period
    first = int(node[0])
    nodes = normals(key, np.arange(first, int(node[-1]) + 2, dtype=np.int64))
    left, right = nodes[node - first], nodes[node - first + 1]
    return np.asarray(left + (right - left) * part * part * (3.0 - 2.0 * part))


def walk(key: int, minutes: Ints, scales: Floats, activity: Floats, slot: int) -> Floats:
    """A random walk at `minutes` (consecutive). It returns to 0 every 2 ** len(scales) minutes.

    `scales[level - 1]` multiplies the displacements of spans of 2 ** level minutes; `activity` does so by
    time, for each run of `slot` minutes from the one that holds the first. With both at 1 a minute's move has
    a standard deviation of 1.
    """
    total = np.zeros(len(minutes))
    first_slot = int(minutes[0]) // slot
    for level, scale in enumerate(scales, start=1):
        span = 1 << level
        spans = np.arange(int(minutes[0]) >> level, (int(minutes[-1]) >> level) + 1, dtype=np.int64)
        lift = normals(key + level, spans) * (scale * np.sqrt(span) / 2.0)
        if span <= slot:
            lift *= activity[(spans * span) // slot - first_slot]
        offset = minutes & (span - 1)
        total += lift[(minutes >> level) - spans[0]] * (np.minimum(offset, span - offset) * (2.0 / span))
    return total
