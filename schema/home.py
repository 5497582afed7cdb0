"""Where everything lies: the paths under one home directory (`BOTYARD_HOME`)."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

_LONGEST_SOCKET_PATH = 107  # bytes in sockaddr_un.sun_path, less the closing zero


@dataclass(frozen=True)
class Home:
    """One home directory. `root` is absolute; ids are session ids or names of agents."""

    root: Path

    @classmethod
    def at(cls, root: str | os.PathLike[str]) -> "Home":
        return cls(Path(root).expanduser().absolute())

    def ensure(self) -> "Home":
        """Make the directories; those with sockets and account data are for their owner only."""
        for folder in (self.root, self.sessions, self.strategies, self.archive):
            folder.mkdir(parents=True, exist_ok=True)
        self.run.mkdir(mode=0o700, exist_ok=True)
        return self

    @property
    def sessions(self) -> Path:
        return self.root / "sessions"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def strategies(self) -> Path:
        return self.root / "strategies"

    @property
    def runs(self) -> Path:
        """The ledger of backtest runs, see `schema.files.ledger`; made with its first run."""
        return self.root / "runs"

    @property
    def sweeps(self) -> Path:
        """Results of sweeps, one file each; made with the first."""
        return self.root / "sweeps"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.root / 'botyard.db'}"

    def catalogue(self, exchange: str) -> Path:
        """What an exchange lists, see `schema.catalogue`."""
        return self.root / "catalogue" / f"{exchange}.json"

    # Files of one session

    def trades(self, session: str) -> Path:
        return self.sessions / f"trades_{session}.json"

    def log(self, session: str) -> Path:
        return self.sessions / f"{session}.log"

    def out(self, session: str) -> Path:
        return self.sessions / f"{session}.out"

    def equity(self, session: str) -> Path:
        return self.sessions / f"{session}.equity"

    def metrics(self, session: str) -> Path:
        return self.sessions / f"{session}.metrics.json"

    def snapshot(self, session: str) -> Path:
        return self.sessions / f"{session}.state.json"

    # What a running process leaves while it runs, and tells when it ends

    def lock(self, name: str) -> Path:
        return self.run / f"{name}.lock"

    def spec(self, name: str) -> Path:
        return self.run / f"{name}.spec.json"

    def want(self, name: str) -> Path:
        """What the process is asked to be: running or paused."""
        return self.run / f"{name}.want"

    def actual(self, name: str) -> Path:
        """What the process says that it is."""
        return self.run / f"{name}.is"

    def exit_note(self, name: str) -> Path:
        return self.run / f"{name}.exit"

    # Where processes meet

    @property
    def control_socket(self) -> Path:
        return self.socket("supervisor.sock")

    @property
    def zygote_out(self) -> Path:
        """What zygotes print, capped."""
        return self.run / "zygote.out"

    def zygote_socket(self, name: str) -> Path:
        return self.socket(f"zygote-{name}.sock")

    def feed_socket(self, exchange: str) -> Path:
        return self.socket(f"data-{exchange}.sock")

    @property
    def sandbox_address(self) -> Path:
        return self.run / "sandbox.json"

    def socket(self, name: str) -> Path:
        """A path for a unix socket: in `run/` or, where the kernel allows no such length, a short folder."""
        inside = self.run / name
        if len(os.fsencode(inside)) <= _LONGEST_SOCKET_PATH:
            return inside
        short = (
            Path("/tmp") / f"botyard-{os.getuid()}-{hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]}"
        )
        short.mkdir(mode=0o700, exist_ok=True)
        if short.is_symlink() or short.stat().st_uid != os.getuid() or short.stat().st_mode & 0o077:
            raise PermissionError(
                f"{short} is not a private folder of this user; sockets cannot be kept there"
            )
        return short / name
