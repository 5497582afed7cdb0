"""A session imports the built-in strategies, and nothing large with them."""

import subprocess
import sys

HEAVY = {"pandas", "polars", "pyarrow", "scipy", "numba"}

IMPORT_ALL = """
import importlib, sys
{before}
from bots.strategies.loader import BUILT_IN
for module in BUILT_IN.values():
    importlib.import_module(module)
import bots.strategies.indicators
print(*{{name.partition(".")[0] for name in sys.modules}})
{after}
"""


def run(before: str = "", after: str = "") -> str:
    code = IMPORT_ALL.format(before=before, after=after)
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout


def test_the_built_in_strategies_load_ta_lib_and_no_library_of_tables() -> None:
    loaded = set(run().split())
    assert "talib" in loaded
    assert not loaded & HEAVY


def test_what_was_imported_before_is_back_after_ta_libs_import() -> None:
    before = "import pandas; kept = sys.modules['pandas']"
    after = "print(sys.modules['pandas'] is kept, 'polars' in sys.modules)"
    assert run(before, after).splitlines()[1] == "True False"


def test_a_users_own_import_of_ta_lib_is_as_light() -> None:
    after = "import talib; print('pandas' in sys.modules, talib.SMA.__module__)"
    assert run(after=after).splitlines()[1] == "False talib._ta_lib"
