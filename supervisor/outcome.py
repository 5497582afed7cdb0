"""What becomes of a live session whose process is gone: a pure policy from facts to a decision."""

from dataclasses import dataclass, field
from typing import Any

from schema.exits import ExitCode, ExitNote, Outcome
from schema.session_settings import RestartPolicy
from supervisor.reaping import signal_name
from supervisor.restart import Backoff, attempts_after

_UNASKED = Backoff(first=1.0, longest=60.0)


@dataclass(frozen=True)
class Facts:
    """What is known about the ended run.

    Attributes:
        note: its exit note, None where it left none.
        launched: it came as far as its lock or its note.
        was_ready: it said that it was ready.
        relaunch: the daemon itself had started it, nobody waits for an answer.
        stop_asked: a user asked for its stop.
        boot_changed: the machine (or container) has been started anew since.
        shut_down: its end belongs to a recorded shutdown of the whole.
        lived: seconds from its launch to its end.
        restarts: launches in a row after crashes, this run's included.
    """

    note: ExitNote | None
    launched: bool = True
    was_ready: bool = True
    relaunch: bool = False
    stop_asked: bool = False
    boot_changed: bool = False
    shut_down: bool = False
    lived: float = 0.0
    restarts: int = 0
    policy: RestartPolicy = field(default_factory=RestartPolicy)


@dataclass(frozen=True)
class Complete:
    """It finished."""


@dataclass(frozen=True)
class Stopped:
    """A user's stop is done."""


@dataclass(frozen=True)
class StartFailed:
    """It never became ready: the session is as it was before the start."""

    message: str


@dataclass(frozen=True)
class Failed:
    """It crashed and stays so."""

    message: str


@dataclass(frozen=True)
class Relaunch:
    """Launch it again from its snapshot, after `delay` seconds."""

    delay: float
    restarts: int
    reason: str


Decision = Complete | Stopped | StartFailed | Failed | Relaunch


def decide(facts: Facts) -> Decision:
    """The first rule that applies; how a run ended is told, not guessed, and only `finished` completes."""
    outcome = facts.note.outcome if facts.note else None
    if outcome is Outcome.FINISHED:
        return Complete()
    if facts.stop_asked:
        return Stopped()
    if facts.shut_down:
        return Relaunch(0.0, facts.restarts, "everything had been shut down")
    if facts.boot_changed and outcome is not Outcome.ERROR:
        return Relaunch(0.0, facts.restarts, "the machine was started anew")
    if not facts.launched:
        return Relaunch(0.0, facts.restarts, "it had not been launched yet")
    if outcome is Outcome.TERMINATED:
        return _again_unasked(facts)
    if not facts.was_ready and not facts.relaunch:
        return StartFailed(reason(facts.note))
    return _after_crash(facts)


def _again_unasked(facts: Facts) -> Relaunch:
    """At once; but where somebody goes on terminating it, at a growing distance."""
    attempts = attempts_after(facts.restarts, facts.lived)
    delay = _UNASKED.delay(attempts - 1) if attempts else 0.0
    return Relaunch(delay, attempts + 1, "it was terminated without having been asked to stop")


def _after_crash(facts: Facts) -> Decision:
    why = reason(facts.note)
    never_again = facts.note is not None and facts.note.code == ExitCode.BAD_SPEC
    if facts.policy.policy == "never" or never_again:
        return Failed(why)
    attempts = attempts_after(facts.restarts, facts.lived)
    if attempts >= facts.policy.limit:
        return Failed(f"{why}; given up after {attempts} starts in a row")
    return Relaunch(Backoff(facts.policy.delay, facts.policy.max_delay).delay(attempts), attempts + 1, why)


def reason(note: ExitNote | None) -> str:
    """Why it ended, in words."""
    if note is None:
        return "it ended without leaving word"
    if note.outcome is Outcome.KILLED and note.signal:
        return f"killed by {signal_name(note.signal)}"
    return note.message or f"it ended with code {note.code}"


def exit_columns(note: ExitNote | None) -> dict[str, Any]:
    """The exit columns of a session's row."""
    if note is None:
        return {"exit_code": None, "exit_signal": None, "exit_outcome": None, "exit_message": None}
    return {
        "exit_code": note.code,
        "exit_signal": note.signal,
        "exit_outcome": note.outcome.value,
        "exit_message": note.message or None,
    }
