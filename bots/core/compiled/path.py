"""The way of `bots.core.path` through a candle, step by step or straight to where it reaches a level."""

from bots.core.compiled.cache import kernel

Corners = tuple[int, int, int, int, int, int]
"""The four turning points and the steps at which the second and the third are reached."""


@kernel
def corners(open_: int, high: int, low: int, close: int, steps: int) -> Corners:
    if close < open_:
        second, third = high, low
    else:
        second, third = low, high
    first_leg, middle_leg, last_leg = abs(second - open_), abs(third - second), abs(close - third)
    total, intervals = first_leg + middle_leg + last_leg, steps - 1
    if total == 0:
        return open_, second, third, close, 0, 0
    at_second = (2 * intervals * first_leg + total) // (2 * total)
    latest = intervals - (middle_leg > 0) - (last_leg > 0)
    at_second = min(max(at_second, 1 if first_leg > 0 else 0), latest)
    at_third = (2 * intervals * (first_leg + middle_leg) + total) // (2 * total)
    at_third = min(max(at_third, at_second + (middle_leg > 0)), intervals - (last_leg > 0))
    return open_, second, third, close, at_second, at_third


@kernel
def leg_of(way: Corners, step: int, steps: int) -> tuple[int, int, int, int]:
    """Where the leg that arrives at `step` (above 0) begins and ends: level, level, step, step."""
    if step <= way[4]:
        return way[0], way[1], 0, way[4]
    if step <= way[5]:
        return way[1], way[2], way[4], way[5]
    return way[2], way[3], way[5], steps - 1


@kernel
def level_at(way: Corners, step: int, steps: int) -> int:
    if step == 0:
        return way[0]
    begin, end, first, last = leg_of(way, step, steps)
    count = last - first
    return begin + (2 * (end - begin) * (step - first) + count) // (2 * count)


@kernel
def step_reaching(way: Corners, step: int, steps: int, low: int, high: int) -> int:
    """The first step from `step` (above 0) on at most at `low` or at least at `high`; `steps` if none."""
    while step < steps:
        begin, end, first, last = leg_of(way, step, steps)
        move, count = end - begin, last - first
        level = begin + (2 * move * (step - first) + count) // (2 * count)
        if level <= low or level >= high:
            return step
        if move > 0 and end >= high:
            rise = count * (2 * (high - begin) - 1)
            return first + -(-rise // (2 * move))
        if move < 0 and end <= low:
            fall = count * (2 * (begin - low) - 1)
            return first + fall // (-2 * move) + 1
        step = last + 1
    return steps


@kernel
def side_at(way: Corners, step: int, steps: int, side: int) -> int:
    """1 after a rise, -1 after a fall up to `step`; `side` was that of the first tick."""
    if step == 0:
        return side
    begin, _, first, _ = leg_of(way, step, steps)
    level = level_at(way, step, steps)
    if level != begin:
        return 1 if level > begin else -1
    # Nothing moved in this leg yet: as at the end of the one before.
    for last, end, start in ((way[5], way[2], way[1]), (way[4], way[1], way[0])):
        if last <= first and end != start:
            return 1 if end > start else -1
    return side
