"""Market data from the data agent to a session: the protocol of its socket, and a session's client."""
