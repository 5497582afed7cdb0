"""TA-Lib, imported once for all of us, for arrays only.

`import talib` imports pandas and polars where they are installed, so that its functions take their series
too: up to 65 MB in a session of six. We hand it arrays, so both are hidden while it is imported; what had
been imported before is back afterwards. A user's own `import talib` finds this one.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_HIDDEN = ("pandas", "polars")


@contextmanager
def _hidden(*names: str) -> Iterator[None]:
    """Make `import name` say that there is no such module."""
    modules: dict[str, Any] = sys.modules
    before = {name: modules[name] for name in names if name in modules}
    modules.update(dict.fromkeys(names))  # None is what stands for a missing one
    try:
        yield
    finally:
        for name in names:
            del modules[name]
        modules.update(before)


with _hidden(*_HIDDEN):
    talib: Any = importlib.import_module("talib")
