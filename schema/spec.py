"""What a child is told at its launch: everything it needs, since it has no connection to the database."""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class LaunchSpec:
    """One launch of one session or agent.

    Attributes:
        kind: "session", "agent", or "describe" (lists the strategies and ends).
        id: session id, or the agent's name.
        run: number of this launch; fences off an older process of the same session.
        home: absolute path of the home directory.
        api_url: where heartbeats go, such as "http://127.0.0.1:8000".
        token: bearer token for the API, None where it needs none.
        type: "test", "backtest" or "scraper".
        market: documented name, a pair ("XBTUSD+ETHUSD") or a unified ccxt symbol.
        range_start, range_end: Unix seconds, the end exclusive; backtests only.
        wanted: "running" or "paused": a paused session is launched again as paused.
        options: settings of an agent.
    """

    kind: str
    id: str
    run: int
    home: str
    api_url: str = ""
    token: str | None = None
    name: str = ""
    type: str = ""
    market: str = ""
    exchange: str = ""
    strategy: str = ""
    strategy_params: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    range_start: int | None = None
    range_end: int | None = None
    wanted: str = "running"
    heartbeat_seconds: float = 10.0
    log_max_bytes: int = 10_000_000
    options: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps(asdict(self), allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> "LaunchSpec":
        """Raises ValueError for what is no specification; fields of a newer version are ignored."""
        raw = json.loads(text)
        if not isinstance(raw, dict):
            raise ValueError("a launch specification is a JSON object")
        known = {f.name for f in fields(cls)}
        try:
            return cls(**{name: value for name, value in raw.items() if name in known})
        except TypeError as error:
            raise ValueError(f"incomplete launch specification: {error}") from None
