"""What tests share: a home of their own, settings, databases, recorded market data."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from schema.home import Home
from schema.settings import Settings
from tests.mariadb import MariaDb, shared_server
from tests.needs import leave_out
from tests.ports import free_port

_ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "compiled: runs the compiled engine, which is compiled beforehand")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Compile before the first test, whose time would be up else; of several workers one does, all wait.

    What was compiled stays in the user's cache, under a name that only the very same sources have. Where it
    cannot be compiled, the tests tell why.
    """
    needed = any(item.get_closest_marker("compiled") for item in session.items)
    if needed and not session.config.option.collectonly:
        command = [sys.executable, "-m", "bots", "compile"]
        subprocess.run(command, input=b"{}", stdout=subprocess.DEVNULL, cwd=_ROOT, check=False)


@pytest.fixture(autouse=True)
def _no_settings_of_the_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test sees the settings it makes, not those of the person who runs it."""
    for name in os.environ:
        if name.startswith("BOTYARD_") and not name.startswith("BOTYARD_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A fresh home; its path is short, since sockets lie in it."""
    return Home.at(tmp_path_factory.mktemp("home")).ensure()


@pytest.fixture(name="free_port")
def _free_port() -> int:
    """A loopback port for a server of the test."""
    return free_port()


@pytest.fixture
def settings(home: Home, free_port: int, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a fresh home and a free port; in the environment too, for processes of the test."""
    monkeypatch.setenv("BOTYARD_HOME", str(home.root))
    monkeypatch.setenv("BOTYARD_PORT", str(free_port))
    return Settings()


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> MariaDb:
    """The MariaDB server that this test run started for itself; one for all workers."""
    return shared_server(tmp_path_factory.getbasetemp())


@pytest.fixture
def mariadb_url(mariadb: MariaDb) -> Iterator[str]:
    """URL of a fresh, empty MariaDB database, dropped afterwards."""
    with mariadb.fresh_database() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """URL of an SQLite database that is not there yet."""
    return f"sqlite:///{tmp_path / 'botyard.db'}"


@pytest.fixture(params=["sqlite", "mariadb"])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of an empty database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of recorded market data: BOTYARD_TEST_DATA, or ../shared/data beside the checkout."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("BOTYARD_TEST_DATA") or beside)
    if not folder.is_dir():
        leave_out(f"no recorded market data in {folder} (BOTYARD_TEST_DATA names another folder)")
    return folder
