"""What an exchange's trouble means for us: try again later, or never."""

import asyncio
import re

import aiohttp
import ccxt

from bots.process import BadSpec, OutsideTrouble


class BadMarket(BadSpec):
    """The exchange does not have this market."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "bad_market")


class Refused(BadSpec):
    """The exchange refuses for good: a wrong request, a region, an account."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "refused")


class ExchangeDown(OutsideTrouble):
    """The exchange does not answer, or not sensibly: may be tried again.

    Attributes:
        pause: seconds during which nothing at all may be asked; 0 where only this request failed.
    """

    def __init__(self, message: str, pause: float = 0.0) -> None:
        super().__init__(message, "outside")
        self.pause = pause


_BAN_SECONDS = 600.0  # Bybit lifts a ban of an address after 10 minutes at the earliest
_VISITS_SECONDS = 2.0
_PASSING_CODES = re.compile(r'"retCode":\s*"?(10000|10016|10019|10429|429)\b')
"""Answers that ccxt files under final errors although they pass: server error, timeout, system limit."""


def explain(error: BaseException, doing: str) -> BadMarket | Refused | ExchangeDown:
    """Our exception for what ccxt, aiohttp or a time limit raised while `doing` ("candles of XBTUSD")."""
    text = f"{doing}: {_text(error)}"
    if isinstance(error, BadMarket | Refused | ExchangeDown):
        return error
    if isinstance(error, ccxt.BadSymbol):
        return BadMarket(text)
    if isinstance(error, ccxt.RateLimitExceeded | ccxt.DDoSProtection):
        banned = "403" in str(error) or "too frequent" in str(error)
        return ExchangeDown(text, _BAN_SECONDS if banned else _VISITS_SECONDS)
    if isinstance(error, ccxt.NetworkError | aiohttp.ClientError | asyncio.TimeoutError | OSError):
        return ExchangeDown(text)
    if isinstance(error, ccxt.BaseError):
        return ExchangeDown(text) if _PASSING_CODES.search(str(error)) else Refused(text)
    raise error


def _text(error: BaseException) -> str:
    if isinstance(error, asyncio.TimeoutError):
        return "no answer in time"
    text = str(error).removeprefix("bybit ").strip()
    name = type(error).__name__
    return f"{name}: {text[:300]}" if text else name
