"""The browser of these tests; where there is none they are left out."""

from bench.web import chromium
from tests.needs import leave_out


def find_chromium() -> str:
    """Path of the browser; without one the test is left out."""
    return chromium.find() or leave_out("there is no Chromium: sudo apt-get install chromium-headless-shell")
