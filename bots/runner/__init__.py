"""One session in its own process: wires core, feed, journal and heartbeat together."""
