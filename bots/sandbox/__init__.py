"""The sandbox exchange: a server that speaks Bybit's V5 REST and WebSocket protocol over a market of its own.

It is reached only through its protocol, by the unmodified ccxt client. The market is seeded (`market`) or
recorded (`replay`); `tape` turns its candles into ticks, `desk` holds accounts, orders and positions against
it, the `rest_*` and `ws_*` modules put both on the wire.

What a client should know:

- The key `sandbox` with the secret `sandbox` is always there. Any other key whose secret is the key itself
  gets an account of its own at its first use; POST /sandbox/accounts makes one with another secret or wallet.
- Requests are dated and signed by the wall clock, and that is what `time` tells; prices, trades, candles,
  orders and funding are dated by market time. Both are the same at speed 1.
- Accounts trade with the market and never with each other, and leave no trace on tape or book (`matching`).
- Mark and index price are the last price. Margin is counted by settlement coin, cross or isolated; positions
  are one-way. A replay has the funding that was recorded with it, and none where nobody recorded any.
- A market of its own time (a replay, lock-step, another speed) goes on after a restart where it was; a replay
  that was done begins anew. Funding that fell due while the sandbox was down is settled.
- Limits are the documented ones. Nothing listens but the loopback interface, and no browser gets an answer.
"""
