"""A session whose market's clock goes back or leaps: it says so and trades on with bars of the new time."""

from schema.home import Home
from tests.bots.runner.trading import market, session

NOW = 1_700_000_040.0


def test_a_session_continued_in_an_earlier_market_begins_its_bars_anew_and_trades(home: Home) -> None:
    with market(home) as exchange:
        with session(home) as run:
            exchange.accept()
            for minute in range(4):
                exchange.minute(NOW + 60 * minute)
            run.until_trades(2)
            assert run.stop() == 0
        exchange.again()
        with session(home, run=2) as run:
            exchange.accept()
            for minute in range(5):
                exchange.minute(NOW - 86_400 + 60 * minute)
            run.until_trades(4)
            run.until_logged("XBTUSD: market time went back from 1700000220 to 1699913700")
            assert run.stop() == 0


def test_a_clock_that_goes_back_under_a_running_session_is_followed(home: Home) -> None:
    with market(home) as exchange, session(home) as run:
        exchange.accept()
        for minute in range(4):
            exchange.minute(NOW + 60 * minute)
        run.until_trades(2)
        for minute in range(5):
            exchange.minute(NOW - 86_400 + 60 * minute)
        run.until_trades(4)
        assert run.stop() == 0
        assert run.log().count("market time went back") == 1


def test_a_leap_forward_is_told_and_the_session_trades_on(home: Home) -> None:
    with market(home) as exchange, session(home) as run:
        exchange.accept()
        exchange.minute(NOW)
        exchange.minute(NOW + 60)
        run.until_logged("ENTRY LONG")
        exchange.minute(NOW + 86_400 * 1000)
        run.until_trades(1)
        run.until_logged("nothing is known of the time since 1700000100")
