"""Faults that a test asks for: answers that fail, come late, or are lost after the request took effect."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bots.sandbox.rest_public import envelope


@dataclass
class Fault:
    """What happens to the next `count` requests whose path starts with `match`.

    Attributes:
        delay: seconds before anything else.
        status, body: the answer in place of the real one.
        code: instead of status and body, an answer of HTTP 200 with this retCode.
        cut: no answer at all, the connection ends.
        after: the request takes effect first and only its answer is lost.
    """

    match: str
    count: int
    delay: float = 0.0
    status: int | None = None
    body: str = ""
    code: int | None = None
    cut: bool = False
    after: bool = False

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> "Fault":
        """Raises ValueError for what is no fault."""
        kinds: dict[str, type | tuple[type, ...]] = {
            "match": str,
            "count": int,
            "delay": (int, float),
            "status": int,
            "body": str,
            "code": int,
            "cut": bool,
            "after": bool,
        }
        for name, value in raw.items():
            if name not in kinds:
                raise ValueError(f"a fault has no {name!r}; it has {', '.join(kinds)}")
            if not isinstance(value, kinds[name]):
                raise ValueError(f"{name} of a fault cannot be {value!r}")
        fault = cls(**{"match": "/v5/", "count": 1, **raw})
        if fault.count < 1 or fault.delay < 0 or not 100 <= (fault.status or 200) <= 599:
            raise ValueError("count is at least 1, delay at least 0, status an HTTP status")
        return fault


class Faults:
    """Faults that wait for their requests; the oldest that fits comes first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    async def apply(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Answer the request, with a fault if one waits for it."""
        fault = self._take(request.path)
        if fault is None:
            return await handler(request)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        faulty = fault.cut or fault.status is not None or fault.code is not None
        if not faulty or fault.after:
            answer = await handler(request)
            if not faulty:
                return answer
        if fault.cut:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if fault.code is not None:
            return web.json_response(envelope({}, fault.code, fault.body))
        return web.Response(status=fault.status or 200, text=fault.body)

    def _take(self, path: str) -> Fault | None:
        for fault in self._waiting:
            if path.startswith(fault.match):
                fault.count -= 1
                if not fault.count:
                    self._waiting.remove(fault)
                return fault
        return None
