"""The process that a private MariaDB server belongs to: `mariadb_guard.py OWNER MARIADBD INSTALL_DB`.

Makes a data directory, starts the server, tells on stdout where it is (one JSON line), and ends the server
and removes its files as soon as the process OWNER is gone: nothing is left behind even where the test run is
killed.
"""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from select import poll

_FAST = (
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=48M",
    "--innodb-log-file-size=16M",
    "--innodb-use-native-aio=0",
    "--key-buffer-size=1M",
    "--aria-pagecache-buffer-size=8M",
    "--performance-schema=0",
    "--skip-log-bin",
    "--max-connections=300",
    "--skip-name-resolve",
    "--bind-address=127.0.0.1",
    # Far from UTC on purpose: code that leaves the session's time zone to the server shows it at once.
    "--default-time-zone=+05:30",
)
_STARTS_WITHIN = 60.0


def main(owner: int, mariadbd: str, install_db: str) -> None:
    asked = _told_to_end()
    folder = Path(tempfile.mkdtemp(prefix="botyard-mariadb-"))
    try:
        owned = os.pidfd_open(owner)
        _install(install_db, folder)
        _serve(mariadbd, folder, until=[owned, asked])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _told_to_end() -> int:
    """A descriptor that becomes readable at SIGTERM: nothing here is interrupted half done."""
    reader, writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(writer)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: None)
    return reader


def _common(folder: Path) -> list[str]:
    """Options of both programs; --no-defaults keeps the machine's own configuration out."""
    user = pwd.getpwuid(os.getuid()).pw_name
    return ["--no-defaults", f"--datadir={folder / 'data'}", f"--user={user}"]


def _install(install_db: str, folder: Path) -> None:
    options = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve", *_FAST]
    made = subprocess.run(
        [install_db, *_common(folder), *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if made.returncode:
        sys.exit(f"mariadb-install-db failed ({made.returncode}):\n{made.stdout}")


def _serve(mariadbd: str, folder: Path, until: list[int]) -> None:
    """Run the server until one of the descriptors becomes readable or it ends by itself."""
    path, port, log = str(folder / "sock"), _free_port(), folder / "log"
    options = [f"--socket={path}", f"--port={port}", f"--pid-file={folder / 'pid'}", *_FAST]
    with log.open("wb") as out:
        server = subprocess.Popen([mariadbd, *_common(folder), *options], stdout=out, stderr=out)
    try:
        _wait_for_answer(server, path, log)
        print(json.dumps({"port": port, "socket": path, "guard": os.getpid()}), flush=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader's pipe ends here
        waiting = poll()
        for descriptor in (*until, os.pidfd_open(server.pid)):
            waiting.register(descriptor)
        waiting.poll()
    finally:
        server.kill()  # its data are thrown away
        server.wait()


def _wait_for_answer(server: "subprocess.Popen[bytes]", path: str, log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while not _answers(path):
        if server.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"mariadbd did not start ({server.returncode}):\n{log.read_text()}")
        time.sleep(0.02)


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(path) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
