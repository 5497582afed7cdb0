"""A whole check: every comparison, in the order of what it costs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bots.check import columns, replay
from bots.check.findings import Finding
from bots.check.subject import Subject

Tell = Callable[[int, int], None]

_STEPS = 3 + replay.STEPS


@dataclass(frozen=True)
class Report:
    """What was found, and what was looked at.

    Attributes:
        bars: of the session's timeframe.
        decisions: orders placed, amended and cancelled in the backtest that was replayed.
        notes: what could not be looked at.
    """

    findings: list[Finding]
    bars: int
    decisions: int
    notes: list[str]

    @property
    def has_errors(self) -> bool:
        return any(finding.is_error for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        return {
            "findings": [finding.to_json() for finding in self.findings],
            "bars": self.bars,
            "decisions": self.decisions,
            "notes": self.notes,
            "passed": not self.has_errors,
        }


def check(subject: Subject, tell: Tell = lambda done, total: None) -> Report:
    """Look for all that `Finding.kind` names. `tell` takes the steps that are done, and how many there are.

    What is left to chance hides everything else: it is looked for first, and alone where it is found.

    Raises:
        StrategyError, and what the strategy raises over all of the data.
    """
    steps = _Steps(tell)
    frames = list(columns.timeframes(subject))
    findings = [finding for frame in frames for finding in columns.repeatable(subject, frame)]
    steps.next()
    replayed = replay.shortened(subject)
    whole = replay.run(replayed)
    steps.next()
    findings += [] if findings else replay.repeatable(replayed, whole)
    steps.next()
    if not findings:
        findings += [finding for frame in frames for finding in columns.look_ahead(subject, frame)]
        findings += [
            finding for frame in frames for finding in columns.warm_up(subject, frame, whole.notes.used)
        ]
        findings += replay.look_ahead(replayed, whole, steps.next)
        findings += replay.shifted_start(replayed, whole, steps.next)
    steps.end()
    decisions = len(whole.notes.decisions)
    return Report(findings, len(subject.bars("")[0]), decisions, _notes(replayed is not subject, decisions))


def _notes(is_shortened: bool, decisions: int) -> list[str]:
    notes = []
    if is_shortened:
        notes.append(f"backtests were replayed over the newest {replay.MOST_CANDLES:,} candles")
    if not decisions:
        notes.append("the strategy placed no order: its orders could not be checked; take a longer range")
    return notes


class _Steps:
    def __init__(self, tell: Tell) -> None:
        self._tell, self._done = tell, 0

    def next(self) -> None:
        self._done = min(self._done + 1, _STEPS)
        self._tell(self._done, _STEPS)

    def end(self) -> None:
        self._tell(_STEPS, _STEPS)
