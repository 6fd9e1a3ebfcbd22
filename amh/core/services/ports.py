"""The addresses at which AMH listens: for browsers, for messages of other systems."""

import errno
import socket
from collections.abc import Mapping

from amh.core import environment
from amh.core.services.errors import Unavailable


def address(values: Mapping[str, str]) -> tuple[str, int]:
    """Return host and port: this machine only when it demonstrates or develops, every interface otherwise."""
    everywhere = "127.0.0.1" if environment.stays_here(values) else "0.0.0.0"  # noqa: S104
    return values.get("HOST") or everywhere, int(values.get("PORT", "8000"))


def of_messages(values: Mapping[str, str]) -> tuple[str, int]:
    """Return host and port of the MLLP listener: this machine only, unless the site names another address."""
    return values.get("MLLP_HOST") or "127.0.0.1", int(values.get("MLLP_PORT", "2575"))


def check_free(host: str, port: int, *, name: str = "PORT") -> None:
    """Raise ``Unavailable`` when another program listens at the address, whose port the variable ``name`` gives."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sentence = f"{name} : le port {port} est déjà pris. En choisir un autre, par exemple {name}={port + 1}."
        else:
            sentence = f"{name} : impossible d’écouter sur {host}:{port} ({error.strerror})."
        raise Unavailable(sentence) from error
