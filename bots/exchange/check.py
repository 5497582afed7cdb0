"""Whether an exchange answers."""

import time

from bots.exchange.clients import rest
from bots.exchange.errors import explain
from schema.home import Home


def check(exchange: str, home: Home) -> str:
    """Ask the exchange for its time, and say how that went in a sentence.

    Raises:
        UnknownExchange, ClosedExchange.
        ExchangeDown, Refused: it does not answer.
    """
    client = rest(exchange, home)
    try:
        asked = time.time()
        told = client.fetch_time()
        answered = time.time()
    except Exception as error:
        raise explain(error, f"time of {exchange}") from None
    finally:
        client.session.close()
    difference = told / 1000 - (asked + answered) / 2
    return (
        f"{exchange} answers in {(answered - asked) * 1000:.0f} ms; "
        f"its clock differs from ours by {difference:+.2f} s"
    )
