"""API keys: what one may look like, and how a request is signed with it."""

import hashlib
import hmac
import re

_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def check_key(key: object) -> None:
    """Raises ValueError for what cannot be a key."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ValueError("a key has 1 to 64 letters, digits and . _ -")


def signature(secret: str, text: str) -> str:
    """HMAC-SHA256 as lower-case hex."""
    return hmac.new(secret.encode(), text.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()


def is_signed(secret: str, text: str, given: str) -> bool:
    return hmac.compare_digest(signature(secret, text).encode(), given.encode("utf-8", "replace"))
