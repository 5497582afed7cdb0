"""The sandbox exchange: a server that speaks Bybit's V5 REST and WebSocket protocol over a market of its own.

It is reached only through its protocol, by the unmodified ccxt client. The market is seeded (`market`) or
recorded (`replay`); `tape` turns its candles into ticks, `desk` holds accounts, orders and positions against
it, the `rest_*` and `ws_*` modules put both on the wire.
"""
