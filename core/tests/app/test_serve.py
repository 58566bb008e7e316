"""Listening, and what is said when that does not work."""

import socket

import pytest

from gutenbot.app.serve import NoSuchAddress, PortInUse, listen


def taken() -> socket.socket:
    """A port that is in use."""
    one = socket.socket()
    one.bind(("127.0.0.1", 0))
    one.listen()
    return one


def test_a_port_in_use_is_told_with_the_next_one() -> None:
    with taken() as one:
        port = one.getsockname()[1]
        with pytest.raises(PortInUse, match=f"--port {port + 1}"):
            listen("127.0.0.1", port)


def test_in_development_the_next_free_port_is_taken() -> None:
    with taken() as one:
        port = one.getsockname()[1]
        with listen("127.0.0.1", port, search=True) as found:
            assert port < found.getsockname()[1] <= port + 50


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(NoSuchAddress, match="--host"):
        listen("192.0.2.1", 0)
