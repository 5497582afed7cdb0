"""WebSockets: the log of one session, and the events and heartbeats of all."""
