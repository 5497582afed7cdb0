"""Drivers' errors told apart: the database is away, somebody else was faster, or the fault is ours."""

import sqlite3

from pymysql.constants import CR, ER
from sqlalchemy.exc import DBAPIError

from schema.db.errors import Contention, DatabaseDown

_NOT_SET_UP = "the database is not set up or not up to date; run: botyard db upgrade"

_SQLITE_DOWN = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}
_MARIADB_BUSY = {ER.LOCK_DEADLOCK, ER.LOCK_WAIT_TIMEOUT, 1020}  # 1020: the record changed since it was read
_MARIADB_UNKNOWN = {ER.NO_SUCH_TABLE, ER.BAD_FIELD_ERROR}
_MARIADB_DOWN = {
    ER.CON_COUNT_ERROR,
    ER.ACCESS_DENIED_ERROR,
    ER.DBACCESS_DENIED_ERROR,
    ER.BAD_DB_ERROR,
    ER.SERVER_SHUTDOWN,
    ER.DISK_FULL,
    ER.RECORD_FILE_FULL,
    ER.OPTION_PREVENTS_STATEMENT,
    1927,  # connection was killed
}


def translate(error: DBAPIError) -> Exception:
    """`Contention` or `DatabaseDown` where that is what happened, else the error itself."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _sqlite(cause) or error
    return _mariadb(cause) or (DatabaseDown(str(cause)) if error.connection_invalidated else error)


def _sqlite(cause: sqlite3.Error) -> Exception | None:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the rest of the bits tells the kind in detail
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Contention(f"the database is locked by another program: {cause}")
    if code in _SQLITE_DOWN:
        return DatabaseDown(f"the database cannot be used: {cause}")
    if code == sqlite3.SQLITE_ERROR and str(cause).startswith(("no such table", "no such column")):
        return DatabaseDown(f"{_NOT_SET_UP} ({cause})")
    return None


def _mariadb(cause: BaseException | None) -> Exception | None:
    code = cause.args[0] if cause is not None and cause.args else 0
    if not isinstance(code, int):
        return None
    if code in _MARIADB_BUSY:
        return Contention(f"the database is busy: {cause}")
    if code in _MARIADB_UNKNOWN:
        return DatabaseDown(f"{_NOT_SET_UP} ({cause})")
    if code in _MARIADB_DOWN or CR.CR_ERROR_FIRST <= code < 3000:
        return DatabaseDown(f"the database cannot be used: {cause}")
    return None
