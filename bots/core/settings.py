"""What an engine is told beside its strategy and its markets."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """`timeframe` and `base` (of the candles that are fed) are seconds; `verbose` writes details."""

    session: str = ""
    exchange: str = ""
    run: int = 1
    starting_balance: Decimal = Decimal(1)
    timeframe: int = 60
    base: int = 60
    verbose: bool = True
