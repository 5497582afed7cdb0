"""Errors in the browser's console are failures."""

import re

from playwright.sync_api import ConsoleMessage, Error, Page

_KINDS = ("error", "warning")


class Console:
    """Collects what pages complain of; a test names what it expects."""

    def __init__(self) -> None:
        self._complaints: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    def watch(self, page: Page) -> None:
        page.on("console", self._on_message)
        page.on("pageerror", self._on_error)

    def expect(self, pattern: str) -> None:
        """Allow complaints that match, such as the browser's own line about an answer of 409."""
        self._expected.append(re.compile(pattern))

    def require_silence(self) -> None:
        """Fail where something was complained of that nobody expected."""
        unexpected = [
            text for text in self._complaints if not any(pattern.search(text) for pattern in self._expected)
        ]
        if unexpected:
            raise AssertionError("the browser's console: " + "; ".join(unexpected))

    def _on_message(self, message: ConsoleMessage) -> None:
        if message.type in _KINDS:
            self._complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: Error) -> None:
        self._complaints.append(f"uncaught: {error}")
