"""The address that the pages are served at."""

import errno
import socket
from collections.abc import Mapping

from amh.core import environment
from amh.core.services.errors import Unavailable


def address(values: Mapping[str, str]) -> tuple[str, int]:
    """Return host and port: this machine only when it demonstrates or develops, every interface otherwise."""
    everywhere = "127.0.0.1" if environment.stays_here(values) else "0.0.0.0"  # noqa: S104
    return values.get("HOST") or everywhere, int(values.get("PORT", "8000"))


def check_free(host: str, port: int) -> None:
    """Raise ``Unavailable`` when another program listens at the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sentence = f"PORT : le port {port} est déjà pris. En choisir un autre, par exemple PORT=8001."
        else:
            sentence = f"HOST, PORT : impossible d’écouter sur {host}:{port} ({error.strerror})."
        raise Unavailable(sentence) from error
