"""What the endpoints work with, made once for each application."""

from dataclasses import dataclass, field
from typing import cast

from flask import current_app
from sqlalchemy import Engine

from api.past_candles import CandleSource
from api.streams.bus import Bus
from api.streams.channel import Seats
from api.streams.feed import EventStream
from api.streams.origins import Origins
from api.streams.watch import FolderWatch
from schema.control import ControlClient
from schema.db.engine import make_engine
from schema.home import Home
from schema.settings import Settings

_KEY = "botyard"
_CONNECTIONS = 16
_CONNECTIONS_MORE = 16


@dataclass
class Services:
    """The parts of one application.

    A stream holds no database connection while it waits, so a small pool serves any number of them.
    """

    settings: Settings
    home: Home = field(init=False)
    engine: Engine = field(init=False)
    daemon: ControlClient = field(init=False)
    bus: Bus = field(init=False, default_factory=Bus)
    logs: FolderWatch = field(init=False)
    events: EventStream = field(init=False)
    seats: Seats = field(init=False)
    candles: CandleSource = field(init=False)

    def __post_init__(self) -> None:
        self.home = self.settings.home.ensure()
        self.engine = make_engine(
            self.settings.database_url, pool_size=_CONNECTIONS, max_overflow=_CONNECTIONS_MORE
        )
        self.daemon = ControlClient(self.home)
        self.logs = FolderWatch(self.home.sessions)
        self.events = EventStream(self.engine)
        self.origins = Origins(self.engine)
        self.candles = CandleSource(self.home, self.daemon)
        self.seats = Seats(self.settings.websocket_limit)


def services() -> Services:
    """Those of the application that answers this request."""
    return cast(Services, current_app.extensions[_KEY])


def install(extensions: dict[str, object], made: Services) -> None:
    extensions[_KEY] = made
