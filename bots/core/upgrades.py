"""Snapshots of earlier versions, brought up to date: what a session held survives an upgrade."""

from collections.abc import Mapping
from typing import Any

SNAPSHOT_VERSION = 2


def upgraded(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The snapshot as this version writes it. Raises ValueError for a version that is not known."""
    data, version = dict(snapshot), snapshot.get("version")
    if version == 1:
        data |= {
            "version": 2,
            "ledger": data["ledger"] | {"bars": 0},
            "broker": data["broker"] | _NEW_IN_BROKER,
        }
    elif version != SNAPSHOT_VERSION:
        raise ValueError(f"snapshot of version {version}, this engine reads 1 to {SNAPSHOT_VERSION}")
    return data


_NEW_IN_BROKER: dict[str, Any] = {
    "requests": [],
    "liquidity": {"left": {}, "volumes": {}},
    "groups": [],
    "ambiguity": {"counts": {"candles": 0, "pessimistic": 0, "finer": 0, "path": 0}, "counted": []},
}
