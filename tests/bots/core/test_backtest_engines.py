"""Which engine runs a backtest, and that nobody notices which one it was."""

import gc
import weakref

import pytest

from bots.core.backtest import Backtest, EngineName
from bots.core.compiled import warm
from bots.core.memory import MemoryJournal
from bots.core.settings import EngineSettings
from bots.core.strategy import Bar, Strategy
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


class Greedy(Strategy):
    """Trades and tells of it, until it places an order that only the general engine has numbers for."""

    def on_start(self) -> None:
        self.log.info("begun")

    def on_bar(self, bar: Bar) -> None:
        self.log.info(f"bar {bar.ts:.0f}")
        if int(bar.ts) % 180 == 0:
            self.order_to(0 if self.position() else 100)
        if bar.ts == 60 * MINUTES / 2:
            self.buy(10**15, limit=1)
            self.sell(10**15, reduce_only=True)


@pytest.mark.compiled
def test_what_the_compiled_engine_has_written_is_not_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "worth_compiling", lambda candles: True)
    results, journals = [], []
    for engine in ("general", "auto"):
        journal = MemoryJournal(keep_log=True)
        settings = EngineSettings(verbose=False, starting_balance=D(1))
        candles = [row._replace(ts=60.0 * at) for at, row in enumerate(wave(MINUTES))]
        test = Backtest(
            Greedy(), {"XBTUSD": XBTUSD}, {"XBTUSD": candles}, settings, journal=journal, engine=engine
        )
        if engine == "auto":
            assert test.engine_used == "compiled"
        for _ in test.run(every=10):
            pass
        results.append(test.result())
        journals.append(journal)
    assert [result.engine for result in results] == ["general", "general"]
    assert results[0] == results[1]
    assert journals[0].trades
    assert journals[0] == journals[1]


@pytest.mark.compiled
def test_a_compiled_run_that_nobody_holds_is_gone_at_once() -> None:
    test = made("compiled")
    for _ in test.run():
        pass
    gone = weakref.ref(test.strategy), weakref.ref(test._run.desk), weakref.ref(test._run._arrays)
    gc.disable()
    try:
        del test
        assert [each() for each in gone] == [None, None, None]
    finally:
        gc.enable()
