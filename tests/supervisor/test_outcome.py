"""What becomes of a session whose process is gone."""

import dataclasses
from typing import Any

import pytest

from schema.exits import ExitNote, Outcome
from schema.session_settings import RestartPolicy
from supervisor.outcome import Complete, Facts, Failed, Relaunch, StartFailed, Stopped, decide

ON_FAILURE = RestartPolicy(policy="on-failure", delay=1, max_delay=60, limit=3)


def note(outcome: Outcome, code: int | None = None, signal: int | None = None, message: str = "") -> ExitNote:
    return ExitNote("id", 1, 100, outcome, code, signal, message)


FINISHED = note(Outcome.FINISHED, 0)
TERMINATED = note(Outcome.TERMINATED, 0)
ERROR = note(Outcome.ERROR, 70, message="broken")
OUTSIDE = note(Outcome.ERROR, 75, message="away")
BAD_SPEC = note(Outcome.ERROR, 64, message="wrong")
KILLED = note(Outcome.KILLED, signal=9, message="killed by SIGKILL")


@pytest.mark.parametrize("changes", [{}, {"stop_asked": True}, {"boot_changed": True}, {"shut_down": True}])
def test_finished_completes_whatever_else_happened(changes: dict[str, Any]) -> None:
    assert decide(Facts(FINISHED, **changes)) == Complete()


@pytest.mark.parametrize("how", [TERMINATED, KILLED, ERROR, None])
def test_what_was_asked_to_stop_is_stopped(how: ExitNote | None) -> None:
    assert decide(Facts(how, stop_asked=True)) == Stopped()


@pytest.mark.parametrize("how", [TERMINATED, KILLED, ERROR, None])
def test_a_recorded_shutdown_brings_back(how: ExitNote | None) -> None:
    assert isinstance(decide(Facts(how, shut_down=True)), Relaunch)


@pytest.mark.parametrize("how", [TERMINATED, KILLED, None])
def test_a_changed_boot_brings_back(how: ExitNote | None) -> None:
    decision = decide(Facts(how, boot_changed=True))
    assert decision == Relaunch(0, 0, "the machine was started anew")


def test_an_error_before_the_reboot_stays_an_error() -> None:
    assert decide(Facts(ERROR, boot_changed=True)) == Failed("broken")


def test_termination_without_having_been_asked_brings_back_at_once_and_then_slower() -> None:
    facts = Facts(TERMINATED)
    assert decide(facts) == Relaunch(0, 1, "it was terminated without having been asked to stop")
    delays = []
    for restarts in range(1, 9):
        decision = decide(dataclasses.replace(facts, restarts=restarts))
        assert isinstance(decision, Relaunch)
        delays.append(decision.delay)
    assert delays == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (KILLED, "killed by SIGKILL"),
        (ERROR, "broken"),
        (OUTSIDE, "away"),
        (None, "it ended without leaving word"),
    ],
)
def test_a_crash_fails_without_a_policy(how: ExitNote | None, words: str) -> None:
    assert decide(Facts(how)) == Failed(words)


@pytest.mark.parametrize("how", [KILLED, ERROR, OUTSIDE, None])
def test_a_policy_starts_again_with_growing_delay(how: ExitNote | None) -> None:
    delays = []
    for restarts in range(3):
        decision = decide(Facts(how, policy=ON_FAILURE, restarts=restarts))
        assert isinstance(decision, Relaunch)
        assert decision.restarts == restarts + 1
        delays.append(decision.delay)
    assert delays == [1, 2, 4]


def test_the_limit_of_the_policy_ends_it() -> None:
    decision = decide(Facts(KILLED, policy=ON_FAILURE, restarts=3))
    assert decision == Failed("killed by SIGKILL; given up after 3 starts in a row")


def test_a_healthy_run_begins_the_count_anew() -> None:
    decision = decide(Facts(KILLED, policy=ON_FAILURE, restarts=3, lived=3600))
    assert decision == Relaunch(1, 1, "killed by SIGKILL")


def test_a_bad_specification_is_never_retried() -> None:
    assert decide(Facts(BAD_SPEC, policy=ON_FAILURE)) == Failed("wrong")


@pytest.mark.parametrize("how", [ERROR, BAD_SPEC, KILLED, None])
def test_what_never_became_ready_goes_back_to_where_it_was(how: ExitNote | None) -> None:
    assert isinstance(decide(Facts(how, was_ready=False, policy=ON_FAILURE)), StartFailed)


def test_a_relaunch_that_never_became_ready_is_a_crash() -> None:
    assert decide(Facts(ERROR, was_ready=False, relaunch=True)) == Failed("broken")


def test_what_was_not_launched_is_launched() -> None:
    assert isinstance(decide(Facts(None, launched=False, was_ready=False)), Relaunch)
