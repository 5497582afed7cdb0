"""Delays before the next start."""

from supervisor.restart import HEALTHY_SECONDS, Backoff, attempts_after


def test_delays_double_up_to_the_longest() -> None:
    backoff = Backoff(first=0.5, longest=30)
    assert [backoff.delay(n) for n in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert backoff.delay(1_000_000) == 30


def test_no_delay_stays_none() -> None:
    assert Backoff(0, 60).delay(5) == 0


def test_a_healthy_run_forgets_failures() -> None:
    assert attempts_after(5, HEALTHY_SECONDS - 1) == 5
    assert attempts_after(5, HEALTHY_SECONDS) == 0
