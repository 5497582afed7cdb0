"""Where another distribution owns one of our packages, nothing starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.ownership import ForeignPackages, foreign_owners, require_own_packages

ROOT = Path(__file__).resolve().parents[2]


def install(folder: Path, name: str, package: str) -> None:
    """An installed distribution as pip leaves one."""
    (folder / package).mkdir(parents=True)
    (folder / package / "__init__.py").write_text("")
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (about / "RECORD").write_text(
        f"{package}/__init__.py,,\n{about.name}/METADATA,,\n{about.name}/RECORD,,\n"
    )


def test_here_all_packages_are_ours() -> None:
    require_own_packages()


def test_our_own_distribution_is_no_foreigner() -> None:
    assert foreign_owners({"schema": ["botyard"], "cli": ["botyard", "botyard"], "click": ["click"]}) == {}


def test_another_distribution_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "supervisor-by-others", "supervisor")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(
        ForeignPackages, match=r"'supervisor' belongs to supervisor-by-others too.*pip uninstall"
    ):
        require_own_packages()


def test_up_refuses_to_start(tmp_path: Path) -> None:
    install(tmp_path / "site", "schema", "other")
    (tmp_path / "site" / "schema-1.0.dist-info" / "RECORD").write_text("schema.py,,\n")
    run = subprocess.run(
        [sys.executable, "-m", "cli.main", "up"],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}:{tmp_path / 'site'}",
            "BOTYARD_HOME": str(tmp_path / "home"),
        },
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert run.returncode == 1
    assert "'schema' belongs to schema too" in run.stderr
    assert not (tmp_path / "home" / "run" / "up.lock").exists()
