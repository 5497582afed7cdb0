"""How the benchmark of the dashboard reads Chromium's trace."""

from typing import Any

import pytest

from bench.web import trace

URL = "http://127.0.0.1:8000/running"
PAGE, OTHER = (7, 1), (8, 1)
FRAME = 16_667


def named(thread: tuple[int, int], name: str) -> dict[str, Any]:
    return {"name": "thread_name", "ph": "M", "pid": thread[0], "tid": thread[1], "args": {"name": name}}


def did(name: str, begin: int, length: int, cpu: int | None = None, thread: tuple[int, int] = PAGE) -> Any:
    event = {"name": name, "ph": "X", "pid": thread[0], "tid": thread[1], "ts": begin, "dur": length}
    return event if cpu is None else {**event, "tdur": cpu}


def read(*events: dict[str, Any]) -> trace.Trace:
    frames = [{"url": "about:blank", "processId": OTHER[0]}, {"url": URL, "processId": PAGE[0]}]
    begins = {
        "name": "TracingStartedInBrowser",
        "ph": "I",
        "pid": 1,
        "tid": 1,
        "args": {"data": {"frames": frames}},
    }
    mains = [named(OTHER, "CrRendererMain"), named((7, 2), "Compositor"), named(PAGE, "CrRendererMain")]
    return trace.read([begins, *mains, *events], URL)


def test_only_the_page_s_main_thread_counts() -> None:
    found = read(
        did("RunTask", 0, 90_000, thread=OTHER),
        did("RunTask", 0, 80_000, thread=(7, 2)),
        did("RunTask", 0, 2_000),
    )
    assert found.tasks == [2.0]


def test_a_trace_without_the_page_is_refused() -> None:
    with pytest.raises(RuntimeError, match="no page"):
        trace.read([named(PAGE, "CrRendererMain")], URL)


def test_tasks_count_by_the_processor_s_time_where_it_is_told() -> None:
    found = read(did("RunTask", 0, 60_000, cpu=4_000), did("RunTask", 70_000, 3_000))
    assert found.tasks == [4.0, 3.0]
    assert found.tasks_wall == [60.0, 3.0]


def test_no_task_takes_the_processor_for_longer_than_it_lasts() -> None:
    assert read(did("RunTask", 0, 5_000, cpu=5_200)).tasks == [5.0]


def test_a_task_within_a_task_is_not_counted_again() -> None:
    assert read(did("RunTask", 0, 10_000), did("RunTask", 1_000, 5_000)).tasks == [10.0]


def test_collecting_garbage_is_the_browser_s_own_where_the_page_does_nothing() -> None:
    found = read(
        did("RunTask", 0, 10_000),
        did("MajorGC", 1_000, 8_000),
        did("RunTask", 20_000, 9_000),
        did("FunctionCall", 21_000, 7_000),
        did("MinorGC", 22_000, 1_000),
    )
    assert found.own == [10.0]
    assert found.tasks == [9.0]


def test_script_and_layout_within_each_other_count_once() -> None:
    found = read(
        did("TimerFire", 0, 5_000),
        did("FunctionCall", 1_000, 3_000),
        did("Layout", 6_000, 1_000),
        did("Paint", 8_000, 4_000),
    )
    assert found.frames == [6.0]


def test_what_reaches_over_a_frame_s_end_is_shared_out() -> None:
    found = read(did("FunctionCall", FRAME - 3_000, 4_000, cpu=2_000))
    assert found.frames_wall == [3.0, 1.0]
    assert found.frames == [1.5, 0.5]


def test_frames_without_script_and_layout_are_not_counted() -> None:
    found = read(did("FunctionCall", 0, 1_000), did("Layout", 10 * FRAME, 2_000))
    assert found.frames == [1.0, 2.0]
