"""The REST and WebSocket interface: it answers people and programs, and asks the daemon to move processes."""
