"""What a page's main thread did for a while, from Chromium's own trace."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

_CATEGORIES = (
    "devtools.timeline,disabled-by-default-devtools.timeline,v8.execute,disabled-by-default-v8.gc,toplevel"
)
_FRAME_US = 1_000_000 / 60
# Script and layout; painting is not counted. They lie inside each other, so their union is what counts.
_COUNTED = frozenset(
    {
        "EvaluateScript", "FunctionCall", "TimerFire", "FireAnimationFrame", "EventDispatch", "RunMicrotasks",
        "Layout", "UpdateLayoutTree", "MinorGC", "MajorGC", "v8.callFunction", "WebSocketReceive",
    }
)  # fmt: skip
Span = tuple[float, float]


@dataclass(frozen=True)
class Trace:
    """Milliseconds of each task, and of script and layout in each sixtieth of a second that had any."""

    tasks: list[float]
    frames: list[float]


def record(page: Page, seconds: float, while_doing: Callable[[], None] | None = None) -> Trace:
    """Trace the page's main thread for `seconds`, or as long as `while_doing` takes."""
    session = page.context.new_cdp_session(page)
    events: list[dict[str, Any]] = []
    ended: list[bool] = []
    session.on("Tracing.dataCollected", lambda message: events.extend(message["value"]))
    session.on("Tracing.tracingComplete", lambda _: ended.append(True))
    session.send("Tracing.start", {"traceConfig": {"includedCategories": _CATEGORIES.split(",")}})
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
    return _of_main_thread(events)


def _of_main_thread(events: list[dict[str, Any]]) -> Trace:
    """Of the renderer with the most script, which is the page's."""
    mains = {
        (e["pid"], e["tid"])
        for e in events
        if e.get("name") == "thread_name" and e["args"]["name"] == "CrRendererMain"
    }
    spent = {
        main: sorted(
            _span(e)
            for e in events
            if (e["pid"], e["tid"]) == main and e.get("ph") == "X" and e["name"] in _COUNTED
        )
        for main in mains
    }
    if not spent:
        raise RuntimeError("the trace has no page")
    main = max(spent, key=lambda one: sum(end - begin for begin, end in spent[one]))
    tasks = [
        e["dur"] / 1000
        for e in events
        if (e["pid"], e["tid"]) == main and e.get("ph") == "X" and e["name"] == "RunTask"
    ]
    return Trace(tasks, list(_by_frame(_union(spent[main])).values()))


def _span(event: dict[str, Any]) -> Span:
    return event["ts"], event["ts"] + event.get("dur", 0)


def _union(spans: Iterable[Span]) -> list[Span]:
    """Sorted spans, those that overlap made one."""
    merged: list[Span] = []
    for begin, end in spans:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _by_frame(spans: list[Span]) -> dict[int, float]:
    """Milliseconds in each frame; what reaches over a frame's end is shared out."""
    frames: dict[int, float] = {}
    for begin, end in spans:
        while begin < end:
            number = int(begin // _FRAME_US)
            stop = min(end, (number + 1) * _FRAME_US)
            frames[number] = frames.get(number, 0.0) + (stop - begin) / 1000
            begin = stop
    return frames
