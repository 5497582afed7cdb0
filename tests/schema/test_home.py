"""Paths of a home directory."""

import socket
from pathlib import Path

from schema.home import Home


def test_the_folder_of_sockets_is_its_owners_only(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home").ensure()
    assert home.run.stat().st_mode & 0o077 == 0


def test_a_deep_home_still_has_a_socket_that_can_be_bound(tmp_path: Path) -> None:
    home = Home.at(tmp_path / ("deep" * 40)).ensure()
    path = home.control_socket
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
    path.unlink()
    path.parent.rmdir()


def test_two_deep_homes_do_not_share_a_socket(tmp_path: Path) -> None:
    first = Home.at(tmp_path / ("deep" * 40) / "a")
    second = Home.at(tmp_path / ("deep" * 40) / "b")
    assert first.control_socket != second.control_socket
    for home in (first, second):
        home.control_socket.parent.rmdir()
