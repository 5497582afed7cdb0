"""SQL scripts, run as a person would run them with a client of the server."""

from pathlib import Path

import pymysql
from pymysql.constants import CLIENT
from sqlalchemy import make_url

DOCUMENTED = Path(__file__).with_name("documented.sql")
"""The DDL of the approved plan, word for word."""


def run_script(url: str, script: str) -> None:
    """Run statements separated by semicolons."""
    target = make_url(url)
    client = pymysql.connect(
        host=target.host,
        port=target.port or 3306,
        user=target.username,
        database=target.database,
        client_flag=CLIENT.MULTI_STATEMENTS,
        charset="utf8mb4",
    )
    with client, client.cursor() as cursor:
        cursor.execute(script)
        while cursor.nextset():
            pass
        client.commit()
