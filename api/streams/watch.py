"""Waking those who follow a file: one inotify descriptor and one thread for all files in a folder."""

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inotify_simple import Event, INotify, flags

_NEW = flags.CREATE | flags.MOVED_TO
_GONE = flags.DELETE | flags.MOVED_FROM


class FolderWatch:
    """Calls back when a followed file grows, is replaced, appears or goes.

    Growth is watched a file at a time, since a watch on the folder would wake us for every line that any
    session writes; the folder is watched for names only. A callback runs in the watching thread and must
    only set a flag.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._inotify: INotify | None = None
        self._names: dict[int, str] = {}
        self._watches: dict[str, int] = {}
        self._followers: defaultdict[str, list[Callable[[], None]]] = defaultdict(list)

    @contextmanager
    def following(self, name: str, wake: Callable[[], None]) -> Iterator[None]:
        """Call `wake` for every change of the file `name` of the folder, which need not exist yet."""
        with self._lock:
            self._start()
            self._followers[name].append(wake)
            self._watch(name)
        try:
            yield
        finally:
            with self._lock:
                self._followers[name].remove(wake)
                if not self._followers[name]:
                    del self._followers[name]
                    self._unwatch(name)

    def _start(self) -> None:
        if self._inotify is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._inotify = INotify()
        self._inotify.add_watch(os.fspath(self._folder), _NEW | _GONE)
        threading.Thread(target=self._run, args=(self._inotify,), name="log watch", daemon=True).start()

    def _run(self, inotify: INotify) -> None:
        while True:
            for event in inotify.read():
                with self._lock:
                    wakes = self._affected(event)
                for wake in wakes:
                    wake()

    def _affected(self, event: Event) -> list[Callable[[], None]]:
        if event.mask & flags.Q_OVERFLOW:  # something was missed: everybody looks again
            for name in self._followers:
                self._watch(name)
            return [wake for wakes in self._followers.values() for wake in wakes]
        name = event.name or self._names.get(event.wd, "")
        if name not in self._followers:
            return []
        if event.mask & _NEW:  # watched before anybody reads it, so that no later line is missed
            self._watch(name)
        return list(self._followers[name])

    def _watch(self, name: str) -> None:
        assert self._inotify is not None
        try:
            descriptor = self._inotify.add_watch(os.fspath(self._folder / name), flags.MODIFY)
        except OSError:  # not there yet; its creation will tell
            return
        if self._watches.get(name) not in (None, descriptor):
            self._unwatch(name)
        self._watches[name] = descriptor
        self._names[descriptor] = name

    def _unwatch(self, name: str) -> None:
        descriptor = self._watches.pop(name, None)
        if descriptor is None:
            return
        self._names.pop(descriptor, None)
        assert self._inotify is not None
        with suppress(OSError):  # the file is gone, and its watch with it
            self._inotify.rm_watch(descriptor)
