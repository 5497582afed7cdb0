"""What is installed elsewhere has the dashboard in it."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.web.pages import ROOT, require_pages


def test_a_wheel_contains_the_pages_and_all_that_they_name(tmp_path: Path) -> None:
    require_pages()
    build = [
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--wheel-dir",
        str(tmp_path),
    ]
    subprocess.run([sys.executable, "-m", "pip", *build, str(ROOT)], check=True, timeout=100)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        index = archive.read("api/pages/index.html").decode()
    named = re.findall(r'(?:src|href)="/([^"]+)"', index)
    assert named
    assert {f"api/pages/{name}" for name in named} <= names
    assert {f"api/pages/{name}.br" for name in named if name.startswith("assets/")} <= names
