"""What a page's main thread did for a while, from Chromium's own trace."""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

_CATEGORIES = (
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "disabled-by-default-v8.gc",
    "v8.execute",
    "toplevel",
)
_FRAME_US = 16_667
# Script and layout; painting is not counted. They lie inside each other, so the outermost count.
_COUNTED = frozenset(
    {
        "EvaluateScript", "FunctionCall", "TimerFire", "FireAnimationFrame", "EventDispatch", "RunMicrotasks",
        "Layout", "UpdateLayoutTree", "v8.callFunction", "WebSocketReceive",
    }
)  # fmt: skip
# Collecting garbage counts as the page's where the page does something; else the task is the browser's own.
_COLLECTION = ("MinorGC", "MajorGC", "V8.GC", "BlinkGC", "CppGC")
Event = dict[str, Any]


@dataclass(frozen=True)
class Span:
    """What the main thread did from `begin` to `end`, `cpu` of it on a processor; in microseconds."""

    name: str
    begin: int
    end: int
    cpu: int


@dataclass(frozen=True)
class Trace:
    """Milliseconds of each task, and of script and layout in each sixtieth of a second that had any.

    Once by the processor's time, which others on the machine do not lengthen, once by the clock on the wall.
    `own` are the browser's own tasks, in which it collects garbage and the page has nothing to do.
    """

    tasks: list[float]
    tasks_wall: list[float]
    own: list[float]
    frames: list[float]
    frames_wall: list[float]


def record(page: Page, seconds: float, while_doing: Callable[[], None] | None = None) -> Trace:
    """Trace the page's main thread for `seconds`, or as long as `while_doing` takes."""
    session = page.context.new_cdp_session(page)
    events: list[Event] = []
    ended: list[bool] = []
    session.on("Tracing.dataCollected", lambda message: events.extend(message["value"]))
    session.on("Tracing.tracingComplete", lambda _: ended.append(True))
    session.send("Tracing.start", {"traceConfig": {"includedCategories": list(_CATEGORIES)}})
    if while_doing:
        while_doing()
    else:
        page.wait_for_timeout(seconds * 1000)
    session.send("Tracing.end")
    deadline = time.monotonic() + 60
    while not ended:
        if time.monotonic() > deadline:
            raise RuntimeError("Chromium does not give its trace")
        page.wait_for_timeout(50)
    session.detach()
    return read(events, page.url)


def read(events: Sequence[Event], url: str) -> Trace:
    """What the main thread of the page with this address did.

    Raises:
        RuntimeError: the trace has no such page.
    """
    main = _main_thread(events, url)
    spans = [_span(one) for one in events if (one["pid"], one["tid"]) == main and one.get("ph") == "X"]
    counted = list(_outermost([one for one in spans if one.name in _COUNTED]))
    tasks: list[Span] = []
    own: list[Span] = []
    for task, names in _with_contents(spans):
        collects = any(name.startswith(_COLLECTION) for name in names)
        (own if collects and not names & _COUNTED else tasks).append(task)
    frames, frames_wall = _by_frame(counted)
    return Trace(
        tasks=[task.cpu / 1000 for task in tasks],
        tasks_wall=[(task.end - task.begin) / 1000 for task in tasks],
        own=[task.cpu / 1000 for task in own],
        frames=frames,
        frames_wall=frames_wall,
    )


def _main_thread(events: Sequence[Event], url: str) -> tuple[int, int]:
    """Process and thread; a browser has more processes than that of the page."""
    processes = {
        frame["processId"]
        for event in events
        if event.get("name") == "TracingStartedInBrowser"
        for frame in event["args"]["data"].get("frames", ())
        if frame.get("url") == url and "processId" in frame
    }
    for event in events:
        if event.get("name") != "thread_name" or event["args"]["name"] != "CrRendererMain":
            continue
        if event["pid"] in processes:
            return event["pid"], event["tid"]
    raise RuntimeError(f"the trace has no page {url}")


def _span(event: Event) -> Span:
    length: int = event.get("dur", 0)
    cpu = min(event.get("tdur", length), length)  # of two clocks, which may differ by a little
    return Span(event["name"], event["ts"], event["ts"] + length, cpu)


def _outermost(spans: list[Span]) -> Iterator[Span]:
    """Those that lie in no other. One thread's spans lie in each other or apart."""
    end = 0
    for span in sorted(spans, key=lambda one: (one.begin, -one.end)):
        if span.begin >= end:
            yield span
            end = span.end


def _with_contents(spans: list[Span]) -> Iterator[tuple[Span, set[str]]]:
    """Each task with the names of what happened in it."""
    ordered = sorted(spans, key=lambda one: one.begin)
    begins = [one.begin for one in ordered]
    for task in _outermost([one for one in spans if one.name == "RunTask"]):
        first, last = bisect_left(begins, task.begin), bisect_left(begins, task.end)
        yield task, {one.name for one in ordered[first:last]}


def _by_frame(spans: list[Span]) -> tuple[list[float], list[float]]:
    """Milliseconds in each frame, by processor and by wall; what reaches over a frame's end is shared out."""
    cpu: dict[int, float] = {}
    wall: dict[int, float] = {}
    for span in spans:
        begin, share = span.begin, span.cpu / max(1, span.end - span.begin)
        while begin < span.end:
            number = begin // _FRAME_US
            stop = min(span.end, (number + 1) * _FRAME_US)
            wall[number] = wall.get(number, 0.0) + (stop - begin) / 1000
            cpu[number] = cpu.get(number, 0.0) + (stop - begin) * share / 1000
            begin = stop
    return list(cpu.values()), list(wall.values())
