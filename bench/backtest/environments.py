"""An environment for each peer under .venv-bench, made once: their requirements exclude each other."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv-bench"
_LONGEST = 1800.0

ALWAYS = ("vectorbt", "backtesting")
SLOW = ("nautilus", "freqtrade", "backtrader")


class NotInstalled(RuntimeError):
    """pip could not install a peer; carries the end of what it said."""


def python_of(peer: str) -> Path:
    """The interpreter of a peer's environment, which is made where it is missing or made for other versions.

    Raises:
        NotInstalled.
    """
    wanted = Path(__file__).with_name(f"requirements-{peer}.txt")
    environment = FOLDER / peer
    python, stamp = environment / "bin" / "python", environment / "installed.txt"
    if stamp.exists() and stamp.read_text() == wanted.read_text():
        return python
    print(f"installing {peer} into {environment} (once) ...", file=sys.stderr, flush=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in ([sys.executable, "-m", "venv", str(environment)], [*pip, "-r", str(wanted)]):
        done = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST)
        if done.returncode != 0:
            raise NotInstalled(f"{peer}: {done.stderr[-1500:]}")
    stamp.write_text(wanted.read_text())
    return python
