"""Files of a session: formats, writers, readers. Standard library only: small children import them."""
