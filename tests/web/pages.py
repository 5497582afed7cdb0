"""The built dashboard, and what every page of it must hold."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.needs import leave_out

ROOT = Path(__file__).resolve().parents[2]
_AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"


def require_pages() -> None:
    """Without the built pages a test is left out."""
    if not (ROOT / "api" / "pages" / "index.html").exists() or not _AXE.exists():
        leave_out("the dashboard is not built: deploy/bootstrap test")


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is now: rule, element, what to do."""
    page.evaluate(_AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{rule['id']}: {node['html'][:200]} - {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
