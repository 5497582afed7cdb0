"""Numbers as people read them; the same in logs, tables and reports."""

DOLLARS = ("USD", "USDT", "USDC")


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 gap", "2,000 gaps"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def digits(currency: str) -> int:
    """Digits after the point for amounts of a currency: cents of dollars, eight digits of a coin."""
    return 2 if currency in DOLLARS else 8


def signed(value: float, places: int) -> str:
    """With its sign and so many digits; what rounds to zero is +0, never -0."""
    return f"{round(value, places) + 0.0:+,.{places}f}"


def duration(seconds: float) -> str:
    """A length of time in its two largest units."""
    left = round(seconds)
    parts: list[str] = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        if left >= size or (unit == "s" and not parts):
            parts.append(f"{left // size}{unit}")
            left %= size
    return " ".join(parts[:2])
