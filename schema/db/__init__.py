"""The database: tables, transactions, and the few functions through which every row is read and written.

`status` alone changes the status of a session; `sessions`, `events` and `strategies` hold the rest, `migrate`
the schema.
"""
