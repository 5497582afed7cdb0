"""The parts of the streams that need no socket."""

import threading
import time
from pathlib import Path

from api.streams.bus import Bus
from api.streams.feed import InOrder
from api.streams.watch import FolderWatch
from schema.db.models import EventType
from schema.db.rows import EventRow


def event(id: int) -> EventRow:
    return EventRow(id, "s", EventType.CREATED, {}, 0)


def test_an_event_waits_for_its_forerunner_but_not_for_ever() -> None:
    now = [0.0]
    order = InOrder(10, patience=1.0, clock=lambda: now[0])
    assert [row.id for row in order.put([event(11), event(13)])] == [11]
    assert [row.id for row in order.put([event(12)])] == [12, 13]
    assert order.put([event(15)]) == []
    now[0] = 1.5
    assert [row.id for row in order.put([event(16)])] == [15, 16]


def test_a_slow_listener_gets_the_latest_heartbeat_of_each_session() -> None:
    bus = Bus()
    woken = threading.Event()
    with bus.listening(woken.set) as listener:
        for number in range(100):
            bus.heartbeat("a", {"n": number})
        bus.heartbeat("b", {"n": 0})
        bus.deletion("c")
        beats, gone = listener.take()
        assert [(beat.session, beat.payload["n"]) for beat in beats] == [("a", 99), ("b", 0)]
        assert gone == ["c"]
        assert listener.take() == ([], [])
    assert woken.is_set()


def test_a_listener_of_one_session_is_not_woken_by_another() -> None:
    bus = Bus()
    woken = threading.Event()
    with bus.listening(woken.set, "a") as listener:
        bus.heartbeat("b", {})
        assert not woken.is_set()
        bus.heartbeat("a", {})
        assert woken.is_set()
        assert [beat.session for beat in listener.take()[0]] == ["a"]


def test_heartbeats_of_long_ago_are_forgotten() -> None:
    bus = Bus()
    bus.heartbeat("old", {}, at=time.time() - 3600)
    bus.heartbeat("new", {})
    assert [beat.session for beat in bus.newer(0, None)[1]] == ["new"]


def test_a_follower_is_woken_by_growth_replacement_and_removal(tmp_path: Path) -> None:
    watch = FolderWatch(tmp_path)
    woken = threading.Event()
    file = tmp_path / "a.log"

    def happens() -> bool:
        seen = woken.wait(30)
        woken.clear()
        return seen

    with watch.following("a.log", woken.set):
        file.write_text("born\n")
        assert happens()
        time.sleep(0.05)
        woken.clear()
        with file.open("a") as out:
            out.write("grown\n")
        assert happens()
        file.rename(tmp_path / "a.log.1")
        file.write_text("replaced\n")
        assert happens()
        time.sleep(0.05)
        woken.clear()
        with file.open("a") as out:
            out.write("grown\n")
        assert happens()
        (tmp_path / "b.log").write_text("another\n")
        time.sleep(0.05)
        woken.clear()
        file.unlink()
        assert happens()
    file.write_text("nobody follows\n")
    assert not woken.wait(0.05)
