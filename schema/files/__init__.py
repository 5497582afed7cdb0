"""The files of a session: their formats, writers and readers. Standard library only: small children import it."""
