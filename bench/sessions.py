"""Starting sessions, and what they take."""

import time
from statistics import median

from bench.figures import Figure, quantile
from bench.plain_child import PlainChild, measure, proportional_memory
from bench.stack import running

_SESSIONS = 100
_PLAIN = 10
_SETTLE_SECONDS = 20.0


def starts_and_memory() -> list[Figure]:
    """100 TestBot sessions started one after another, plain children in between; then the memory of each
    session.
    """
    durations: list[float] = []
    plain: list[PlainChild] = []
    pids: list[int] = []
    with running() as stack:
        markets = ("XBTUSD", "ETHUSD", "SOLUSD")
        ids = [stack.create(market=markets[n % 3]) for n in range(_SESSIONS)]
        stack.post(f"/sessions/{stack.create()}/start")  # the first start also brings up the data agent
        for number, session in enumerate(ids):
            begin = time.perf_counter()
            answer = stack.post(f"/sessions/{session}/start")
            durations.append(time.perf_counter() - begin)
            pids.append(answer["session"]["pid"])
            if number % (_SESSIONS // _PLAIN) == 0:
                plain.append(measure())
        time.sleep(_SETTLE_SECONDS)
        memory = [proportional_memory(pid) for pid in pids]
        running_now = stack.get("/sessions", status="running")["total"]
    if running_now != _SESSIONS + 1:
        raise RuntimeError(f"{running_now} of {_SESSIONS + 1} sessions run")
    return [*_start_figures(durations, plain), _memory_figure(memory, plain)]


def _start_figures(durations: list[float], plain: list[PlainChild]) -> list[Figure]:
    base = median(child.seconds for child in plain)
    middle, slowest = median(durations), quantile(durations, 0.99)
    return [
        Figure("plain child, first line, median", f"{base * 1000:.0f} ms", "1"),
        Figure(
            "POST start, median",
            f"{middle * 1000:.1f} ms",
            f"1/{base / middle:.1f}",
            "at most 1/15",
            middle <= base / 15,
        ),
        Figure(
            "POST start, p99",
            f"{slowest * 1000:.1f} ms",
            f"1/{base / slowest:.1f}",
            "at most 1/5",
            slowest <= base / 5,
        ),
    ]


def _memory_figure(memory: list[int], plain: list[PlainChild]) -> Figure:
    base = median(child.memory for child in plain)
    middle = median(memory)
    return Figure(
        f"memory of a TestBot session (PSS), median of {len(memory)}",
        f"{middle / 2**20:.1f} MB",
        f"1/{base / middle:.1f}",
        "at most 6 MB and 1/15",
        middle <= 6 * 2**20 and middle <= base / 15,
    )
