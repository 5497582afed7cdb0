"""What a sweep's results depend on, so that one is only gone on with over the very same."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bots.core.strategy import Strategy
from bots.runner import provenance
from bots.runner.candles import Gathered


def identity(
    wanted: Mapping[str, Any],
    all_settings: Mapping[str, Any],
    strategy: type[Strategy],
    folder: Path,
    gathered: Gathered,
) -> dict[str, Any]:
    """What is asked for, and hashes of the strategy's source, of all data and of the trading code.

    `folder`: where the user's strategies are.
    """
    return {
        **wanted,
        "all_settings": dict(all_settings),
        "source": provenance.source(strategy, folder)["sha256"],
        "data": provenance.data(gathered)["sha256"],
        "versions": provenance.versions(),
    }
