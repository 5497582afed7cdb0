"""What the distribution says of itself is so: its packages, its dependencies, and which way imports go."""

import ast
import configparser
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from cli.ownership import PACKAGES

ROOT = Path(__file__).resolve().parents[1]
CORE_MAY_IMPORT = {"numpy", "numba", "llvmlite", "talib"}
"""Numba and the compiler beneath it only in bots/core/compiled, which live sessions never load."""


def setup_cfg() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    return parser


def listed(section: str, option: str) -> list[str]:
    return setup_cfg()[section][option].split("\n")[1:]


def distributions(section: str, option: str) -> set[str]:
    """Names of required distributions, without extras and ranges, as pip compares them."""
    return {line.split()[0].split("[")[0].lower().replace("_", "-") for line in listed(section, option)}


def modules_of(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def imported_by(path: Path) -> Iterator[str]:
    """Top-level names that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def foreign_imports(paths: list[Path]) -> dict[str, str]:
    """Names from outside the project and the standard library, each with a module that imports it."""
    ours = {*PACKAGES, "tests", "bench"}
    found = {name: str(path.relative_to(ROOT)) for path in paths for name in imported_by(path)}
    return {name: by for name, by in found.items() if name not in ours | sys.stdlib_module_names}


def test_setup_cfg_lists_every_package_and_no_other() -> None:
    folders = {path.parent for path in modules_of(*PACKAGES)}
    in_tree = sorted(str(folder.relative_to(ROOT)).replace("/", ".") for folder in folders)
    assert listed("options", "packages") == in_tree


def test_every_package_has_an_init() -> None:
    folders = {path.parent for path in modules_of(*PACKAGES)}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def is_listed(path: Path, data: configparser.SectionProxy) -> bool:
    """Whether a pattern of the package in which it lies, or of one above, has it."""
    return any(
        path.relative_to(folder).match(pattern)
        for folder in path.parents
        if folder.is_relative_to(ROOT)
        for pattern in data.get(str(folder.relative_to(ROOT)).replace("/", "."), "").split()
    )


def test_files_that_are_read_at_run_time_are_in_the_distribution() -> None:
    data = setup_cfg()["options.package_data"]
    missing = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and not is_listed(path, data)
    ]
    assert missing == []


def test_every_import_is_a_declared_dependency() -> None:
    declared = distributions("options", "install_requires")
    owners = packages_distributions()
    undeclared = {
        name: by
        for name, by in foreign_imports(modules_of(*PACKAGES)).items()
        if not {owner.lower().replace("_", "-") for owner in owners.get(name, [name])} & declared
    }
    assert undeclared == {}


def test_every_declared_dependency_is_locked() -> None:
    for lock, wanted in (
        ("requirements.lock", distributions("options", "install_requires")),
        ("requirements-test.lock", distributions("options.extras_require", "test")),
    ):
        locked = {line.partition("==")[0] for line in (ROOT / lock).read_text().splitlines() if "==" in line}
        assert wanted - locked == set()


def test_the_locks_agree_and_name_nothing_of_a_machine() -> None:
    running, testing = (
        {line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")}
        for name in ("requirements.lock", "requirements-test.lock")
    )
    assert running <= testing
    assert [line for line in testing if line.startswith("-") or "/" in line or "@" in line] == []


def test_only_compiled_backtests_import_a_compiler() -> None:
    for path in modules_of("bots", "supervisor", "api", "cli", "schema"):
        if not path.is_relative_to(ROOT / "bots/core/compiled"):
            assert not {"numba", "llvmlite"} & set(imported_by(path)), path


def test_the_trading_core_imports_the_standard_library_and_numbers_only() -> None:
    assert set(foreign_imports(modules_of("bots/core"))) <= CORE_MAY_IMPORT


def test_states_need_nothing_but_the_standard_library() -> None:
    assert set(imported_by(ROOT / "schema" / "states.py")) <= sys.stdlib_module_names


def test_the_command_starts_without_loading_its_commands() -> None:
    program = (
        "import sys, cli.main; heavy = ('cli.commands.', 'cli.up', 'sqlalchemy', 'pandas', 'rich'); "
        "print(sorted(name for name in sys.modules if name.startswith(heavy)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    assert run.stdout.strip() == "[]"
