"""The data agent: one connection to an exchange, its market data handed to every session by a socket."""
