"""The table of a session's life, held against the one that people were promised."""

import itertools

import pytest

from schema.states import TRANSITIONS, Event, IllegalTransition, Status, allowed_from, next_status

PROMISED = {
    ("created", "start"): "running",
    ("running", "stop"): "stopped",
    ("running", "pause"): "paused",
    ("running", "finished"): "completed",
    ("running", "crashed"): "failed",
    ("paused", "stop"): "stopped",
    ("paused", "resume"): "running",
    ("paused", "finished"): "completed",
    ("paused", "crashed"): "failed",
    ("stopped", "start"): "running",
    ("failed", "start"): "running",
}


@pytest.mark.parametrize(("status", "event"), list(itertools.product(Status, Event)))
def test_every_pair_is_as_promised_or_raises(status: Status, event: Event) -> None:
    if (status, event) == (Status.RUNNING, Event.START_FAILED):
        return
    promised = PROMISED.get((status.value, event.value))
    if promised:
        assert next_status(status, event) == promised
    else:
        with pytest.raises(IllegalTransition):
            next_status(status, event)


@pytest.mark.parametrize("before", [Status.CREATED, Status.STOPPED, Status.FAILED])
def test_a_failed_start_leads_back_to_the_state_before_it(before: Status) -> None:
    assert next_status(Status.RUNNING, Event.START_FAILED, before_start=before) == before


def test_a_refusal_says_the_state_and_what_is_possible() -> None:
    with pytest.raises(IllegalTransition) as refusal:
        next_status(Status.RUNNING, Event.START)
    assert refusal.value.allowed == ["stop", "pause"]
    assert "running" in str(refusal.value)


def test_a_completed_session_can_only_be_cloned() -> None:
    assert allowed_from(Status.COMPLETED) == []
    with pytest.raises(IllegalTransition, match="clone"):
        next_status(Status.COMPLETED, Event.START)


def test_every_state_has_a_row() -> None:
    assert set(TRANSITIONS) == set(Status)
