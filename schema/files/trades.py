"""The trades file `trades_<id>.json`: between two appends always a valid JSON array, one trade a line.

    [
    {"id":...},
    {"id":...}
    ]

Beside it `trades_<id>.idx` holds where each row begins. The parts: `rows` (bytes of a row), `trade_index`,
`trades_writer` (append), `trades_mend` (after a crash), `trades_view`, `trades_sort` and `trades_reader`
(pages).
"""

from schema.files.trades_mend import mend
from schema.files.trades_reader import Trade, TradeFilter, TradePage, TradesReader
from schema.files.trades_sort import TradeSort
from schema.files.trades_writer import TradesWriter

__all__ = ["Trade", "TradeFilter", "TradePage", "TradeSort", "TradesReader", "TradesWriter", "mend"]
