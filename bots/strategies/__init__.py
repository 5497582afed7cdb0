"""Built-in strategies, and the loader of these and the user's own."""
