"""The sandbox exchange as an agent: launched as the daemon launches it, ended by SIGTERM."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from schema.exits import read_exit_note
from schema.home import Home
from schema.spec import LaunchSpec
from tests.bots.sandbox.exchange import ROOT
from tests.wait import until

CHILD = """
import sys
from bots.child import main
from schema.spec import LaunchSpec
sys.exit(main(LaunchSpec.from_json(sys.argv[1]), int(sys.argv[2])))
"""


def launch(spec: LaunchSpec) -> tuple[subprocess.Popen[bytes], str]:
    """The child, and what it said on the descriptor for readiness."""
    readable, writable = os.pipe()
    command = [sys.executable, "-c", CHILD, spec.to_json(), str(writable)]
    child = subprocess.Popen(command, cwd=ROOT, pass_fds=[writable])
    os.close(writable)
    with open(readable) as said:
        return child, said.read()


@pytest.fixture
def spec(home: Home) -> LaunchSpec:
    return LaunchSpec(kind="agent", id="sandbox", run=1, home=str(home.root), options={"sandbox_seed": 4})


def test_agent_is_ready_when_its_address_answers_and_ends_in_order(home: Home, spec: LaunchSpec) -> None:
    child, said = launch(spec)
    try:
        address = json.loads(home.sandbox_address.read_text())
        assert address["url"] in said
        assert address["pid"] == child.pid
        assert requests.get(address["url"] + "/sandbox", timeout=30).json()["market"] == "seed 4"
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)
    note = until(lambda: read_exit_note(home.exit_note("sandbox")))
    assert note.outcome == "terminated"
    again, _ = launch(replace(spec, run=2))
    try:
        assert json.loads(home.sandbox_address.read_text())["url"] == address["url"], (
            "same port after a restart"
        )
    finally:
        again.send_signal(signal.SIGTERM)
        again.wait(30)


def test_agent_without_candles_to_replay_says_so(home: Home, spec: LaunchSpec, tmp_path: Path) -> None:
    child, said = launch(replace(spec, options={"sandbox_replay": str(tmp_path)}))
    assert child.wait(30) == 64
    assert "no candles to replay" in said
    assert not home.sandbox_address.exists()
