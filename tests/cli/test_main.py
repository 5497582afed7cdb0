"""The command `botyard` itself: its commands, and how errors end it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.client import Exit
from cli.errors import CommandError
from cli.main import _COMMANDS, _with_details
from schema.settings import Settings


def botyard(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_help_lists_every_command() -> None:
    listed = botyard("--help").stdout
    assert [name for name in _COMMANDS if f"\n  {name} " not in listed] == []


def test_an_unknown_command_is_a_wrong_use() -> None:
    run = botyard("fly")
    assert run.returncode == Exit.USAGE
    assert "No such command 'fly'" in run.stderr


@pytest.mark.parametrize("arguments", [("session", "list"), ("db", "upgrade"), ("up",)])
def test_bad_settings_are_told_without_a_traceback(arguments: tuple[str, ...]) -> None:
    run = botyard(*arguments, BOTYARD_PORT="none")
    assert run.returncode == Exit.INVALID
    assert run.stderr.startswith("Error: BOTYARD_PORT=none: ")
    assert "Traceback" not in run.stderr


def test_without_the_api_a_session_command_says_what_to_do(settings: Settings) -> None:
    run = botyard("session", "list")
    assert run.returncode == Exit.UNAVAILABLE
    assert f"nothing answers at {settings.url}" in run.stderr


def test_a_detail_of_several_lines_begins_below_its_name() -> None:
    error = CommandError("it raised", details={"code": "error", "traceback": ["Traceback:", "  line 3"]})
    assert _with_details(error).splitlines() == [
        "it raised",
        "  code: error",
        "  traceback:",
        "    Traceback:",
        "      line 3",
    ]
