"""gunicorn for the API: one process with many threads, since a WebSocket holds a thread for its life."""

from schema.settings import load_settings

_settings = load_settings()
_host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host

bind = f"{_host}:{_settings.port}"
worker_class = "api.worker.JsonWorker"
workers = 1
threads = _settings.web_threads
worker_connections = _settings.web_threads + 256  # idle keep-alive connections need no thread
keepalive = 30
timeout = 60  # of the worker's heartbeat, not of a request
graceful_timeout = 2  # an open WebSocket would otherwise hold up the stop for 30 s
control_socket_disable = True
proc_name = "botyard web"
pythonpath = "."

logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)-7s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"level": _settings.log_level.upper(), "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": _settings.log_level.upper(), "propagate": True, "handlers": []},
        "alembic": {"level": "WARNING"},
    },
}
