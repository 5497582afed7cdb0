"""Which engine runs a backtest, and that nobody notices which one it was."""

import pytest

from bots.core.backtest import Backtest, EngineName
from bots.core.compiled import warm
from bots.core.settings import EngineSettings
from tests.bots.core.make import XBTUSD, D, Scripted, wave

MINUTES = 50


def made(engine: EngineName, balance: str | None = None) -> Backtest:
    settings = EngineSettings(verbose=False, starting_balance=D(balance or 1))
    return Backtest(Scripted(), {"XBTUSD": XBTUSD}, {"XBTUSD": wave(MINUTES)}, settings, engine=engine)


@pytest.mark.parametrize(("is_worth_it", "used"), [(True, "compiled"), (False, "general")])
def test_auto_goes_by_whether_compiling_is_worth_it(
    monkeypatch: pytest.MonkeyPatch, is_worth_it: bool, used: str
) -> None:
    asked: list[int] = []

    def worth_compiling(candles: int) -> bool:
        asked.append(candles)
        return is_worth_it

    monkeypatch.setattr(warm, "worth_compiling", worth_compiling)
    assert made("auto").engine_used == used
    assert asked == [MINUTES]
    assert made("general").engine_used == "general"
    assert made("compiled").engine_used == "compiled"
    assert asked == [MINUTES]


def test_what_the_compiled_engine_has_no_numbers_for_is_run_by_the_general_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(warm, "worth_compiling", lambda candles: True)
    test = made("auto", "1.123456789")
    assert [step.done for step in test.run(every=MINUTES)][-1] == MINUTES
    assert test.result().engine == "general"
    with pytest.raises(ValueError, match=r"the compiled engine cannot run this: a balance of 1\.123456789"):
        made("compiled", "1.123456789")


@pytest.mark.compiled
@pytest.mark.parametrize("engine", ["general", "compiled"])
def test_progress_never_goes_back_and_ends_at_the_end(engine: EngineName) -> None:
    done = [step.done for step in made(engine).run(every=7)]
    assert done == sorted(done)
    assert done[-1] == MINUTES
