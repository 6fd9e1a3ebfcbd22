"""A wire to a server that says again what it hears."""

import socket
import threading
from contextlib import closing
from random import Random

import pytest

from amh.demo.soak.machines import HOST
from amh.demo.soak.nights.wires import Wire

PATIENCE = 5.0


@pytest.fixture
def wire():
    """A wire to a server that says again what it hears."""
    with socket.create_server((HOST, 0)) as server:
        threading.Thread(target=echo, args=[server], daemon=True).start()
        with closing(Wire([server.getsockname()[1]], Random(1))) as wire:
            yield wire


def echo(server):
    while True:
        try:
            near, _address = server.accept()
        except OSError:
            return
        threading.Thread(target=answer, args=[near], daemon=True).start()


def answer(near):
    with near:
        while said := near.recv(100):
            near.sendall(said)


def call(wire, *, patience=PATIENCE):
    return socket.create_connection((HOST, wire.port), timeout=patience)


def is_carried(link):
    link.sendall(b"one")
    return link.recv(100) == b"one"


def is_over(link):
    try:
        return link.recv(100) == b""
    except ConnectionResetError:
        return True
