"""The books: round trips, cash, the account's figures and the records of its trades."""
