"""Debian's Chromium, as Playwright drives it."""

import shutil

from playwright.sync_api import Browser, Playwright

from tests.needs import leave_out

# It must not look for anything beyond this machine, nor wait for a screen.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def find_chromium() -> str:
    """Path of the browser; without one the test is left out."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    return path or leave_out("there is no Chromium: sudo apt-get install chromium")


def launch(playwright: Playwright, path: str, *flags: str) -> Browser:
    """A browser without a window."""
    return playwright.chromium.launch(executable_path=path, headless=True, args=[*_FLAGS, *flags])
