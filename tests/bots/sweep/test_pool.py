import os
import signal
import time
from collections.abc import Callable

import pytest

from bots.sweep.pool import Done, Lost, run


def squared(number: int) -> int:
    return number * number


def test_every_number_is_computed_once() -> None:
    results = sorted(run(squared, range(20), jobs=3))
    assert results == [Done(number, number * number) for number in range(20)]


def test_workers_share_what_was_loaded_before() -> None:
    loaded = list(range(1000))
    parent = os.getpid()
    (result,) = run(lambda number: (loaded[number], os.getpid() != parent), [7], jobs=2)
    assert result == Done(7, (7, True))


@pytest.mark.parametrize(
    ("death", "told"),
    [
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "its process was killed by SIGKILL (out of memory?)"),
        (lambda: os.kill(os.getpid(), signal.SIGTERM), "its process was killed by SIGTERM"),
        (lambda: os._exit(3), "its process ended with exit code 3"),
    ],
)
def test_a_worker_that_dies_costs_only_its_set(death: Callable[[], None], told: str) -> None:
    def work(number: int) -> int:
        if number == 4:
            death()
        return number

    results = sorted(run(work, range(10), jobs=2), key=lambda result: result.number)
    assert [result.number for result in results] == list(range(10))
    (lost,) = [result for result in results if isinstance(result, Lost)]
    assert lost.number == 4
    assert lost.reason == told


def test_it_stops_when_it_is_asked_to_and_leaves_no_process_behind() -> None:
    seen: list[Done | Lost] = []
    began = time.monotonic()

    def work(number: int) -> int:
        time.sleep(30 if number else 0)
        return os.getpid()

    for result in run(work, range(4), jobs=2, stopping=lambda: bool(seen)):
        seen.append(result)
    assert [result.number for result in seen] == [0]
    assert time.monotonic() - began < 20
    assert isinstance(seen[0], Done)
    with pytest.raises(ProcessLookupError):
        os.kill(seen[0].result, 0)


def test_what_a_strategy_prints_does_not_reach_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    def work(number: int) -> int:
        os.write(1, b"hello\n")
        return number

    list(run(work, [1], jobs=1))
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "hello\n")
