"""One module a command of `botyard`."""
