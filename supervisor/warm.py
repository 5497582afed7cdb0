"""What the zygote loads in advance, and the environment it lives in. Names only: the daemon imports none of
it.
"""

import os
from collections.abc import Mapping

ENTRY = "bots.child:main"

PRELOAD = (
    "asyncio",
    "decimal",
    "http.client",
    "json",
    "random",
    "sqlite3",
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "pydantic",
    "setproctitle",
    "schema.archive.reader",
    "schema.files.equity",
    "schema.files.log",
    "schema.files.snapshot",
    "schema.files.trades",
    "schema.markets",
    "schema.session_settings",
    "bots.core.engine",
    "bots.feed.client",
    "bots.runner.live",
    "bots.runner.session",
    "bots.strategies.indicators",
    "bots.strategies.loader",
    "bots.strategies.params",
    # The built-in strategies belong to the code whose version names the zygote; a user's files are loaded in
    # the child, so that an edited one is picked up at the next start.
    "bots.strategies.test_bot",
    "bots.strategies.pair_trade_bot",
    "bots.strategies.moving_average_cross",
    "bots.strategies.bollinger_reversion",
    "bots.strategies.market_scraper",
    "bots.rehearsal:rehearse",
)
"""Modules; of `module:function` the function is rehearsed too."""

# Threads would not survive a fork, but the locks that they hold would.
_SINGLE_THREADED = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}

_SECRET = (
    "BOTYARD_DATABASE_URL",
    "BOTYARD_TOKEN",
)  # a bot has no database; the token comes with its specification


def environment(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    return {name: value for name, value in base.items() if name not in _SECRET} | _SINGLE_THREADED
