"""Session ids."""

import secrets
import time
import uuid


def new_id() -> str:
    """A UUID version 7 (RFC 9562, method 3): the time stands in front, so ids sort in the order of their
    making.

    That orders sessions made within one second, which is as fine as `created_at` goes.
    """
    nanoseconds = time.time_ns()
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    fraction = rest * 4096 // 1_000_000
    value = (
        (milliseconds & (2**48 - 1)) << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    )
    return str(uuid.UUID(int=value))


def is_id(text: str) -> bool:
    """Whether the text is a UUID in its usual form; anything else is the id of nothing."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
