"""One message to another system and its answer, over a connection of its own."""

import os
import socket
import ssl
import time
from contextlib import closing

from amh.interop.mllp.blocks import Blocks, framed

PATIENCE = 10.0
"""Seconds for a connection, and again for an answer."""
CHUNK = 64 * 1024


class Closed(Exception):
    """Nobody could be reached: nothing was sent."""


class Silent(Exception):
    """The message may have arrived, and no answer came."""


def exchange(message: bytes, *, host: str, port: int, tls: bool, patience: float = PATIENCE) -> bytes:
    """Send a message and return the answer. Raises ``Closed`` or ``Silent``, each with the kind of trouble alone."""
    with closing(_connected(host, port, tls=tls, patience=patience)) as link:
        try:
            link.sendall(framed(message))
            return _answer(link, until=time.monotonic() + patience)
        except OSError as error:
            raise Silent(type(error).__name__) from None


def context() -> ssl.SSLContext:
    """The TLS of what we open: as that of our listener, the other way round.

    ``MLLP_TLS_CA`` is the authority of our partners (unset: those that the machine trusts), ``MLLP_TLS_CERT`` and
    ``MLLP_TLS_KEY`` are what we bear, if anything. Raises ``OSError`` for files that cannot be used.
    """
    tls = ssl.create_default_context(cafile=os.environ.get("MLLP_TLS_CA") or None)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    if cert := os.environ.get("MLLP_TLS_CERT"):
        tls.load_cert_chain(cert, os.environ.get("MLLP_TLS_KEY") or None)
    return tls


def _connected(host: str, port: int, *, tls: bool, patience: float) -> socket.socket:
    try:
        link = socket.create_connection((host, port), timeout=patience)
        return context().wrap_socket(link, server_hostname=host) if tls else link
    except OSError as error:
        raise Closed(type(error).__name__) from None


def _answer(link: socket.socket, *, until: float) -> bytes:
    """The first block that comes. Raises ``OSError`` when none does in time."""
    blocks = Blocks()
    while (left := until - time.monotonic()) > 0:
        link.settimeout(left)
        data = link.recv(CHUNK)
        if not data:
            raise ConnectionError
        for block in blocks.feed(data):
            return block.content.lstrip(b"\x0b")
    raise TimeoutError
