"""Column types that mean the same on SQLite and MariaDB."""

import calendar
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import JSON, TIMESTAMP, BigInteger, Dialect, Integer, Numeric
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

LAST_TIMESTAMP = 2**31 - 1
"""Latest Unix second that a TIMESTAMP can hold (2038-01-19)."""

BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER PRIMARY KEY by itself
Json = JSON(none_as_null=True)
SQLITE_TIME: TypeEngine[Any] = sqlite.DATETIME(truncate_microseconds=True)  # type: ignore[no-untyped-call]
"""The format of CURRENT_TIMESTAMP, so that rows from either compare as text."""


class UnixTime(TypeDecorator[int]):
    """TIMESTAMP in UTC in the database, Unix seconds in Python; fractions are cut off on every database
    alike.

    (MySQL would round them up, into the future.)
    """

    impl = TIMESTAMP
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(SQLITE_TIME)
        return dialect.type_descriptor(TIMESTAMP())

    def process_bind_param(self, value: float | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(int(value), UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else calendar.timegm(value.timetuple())


class Money(TypeDecorator[Decimal]):
    """DECIMAL; in SQLite, which has none, a float rounded to the scale: exact up to 15 digits."""

    impl = Numeric
    cache_ok = True

    def __init__(self, precision: int, scale: int) -> None:
        super().__init__(precision, scale)
        self.precision = precision
        self.scale = scale
        self.step = Decimal(1).scaleb(-scale)
        self.limit = Decimal(10) ** (precision - scale)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Numeric(self.precision, self.scale, asdecimal=False))
        return dialect.type_descriptor(Numeric(self.precision, self.scale))

    def rounded(self, value: Decimal | float | str) -> Decimal:
        """The value as the column keeps it.

        Raises:
            ValueError: it is not finite or has too many digits before the point.
        """
        exact = Decimal(str(value))
        if not exact.is_finite() or abs(exact) >= self.limit:
            raise ValueError(f"{value} is not within -{self.limit} and {self.limit}")
        return exact.quantize(self.step, ROUND_HALF_EVEN)

    def process_bind_param(self, value: Decimal | float | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else self.rounded(value)

    def process_result_value(self, value: Decimal | float | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else self.rounded(value)
