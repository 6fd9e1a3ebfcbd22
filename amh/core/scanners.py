"""The virus scanner of the site: a ``clamd`` reached over TCP, in its own language (``INSTREAM``)."""

import socket
import struct
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from amh.core.errors import Conflict, Invalid

CHUNK = 64 * 1024
SECONDS = 20.0
"""How long the scanner may stay silent."""
LONGEST_ANSWER = 4096


def is_configured() -> bool:
    """Tell whether the site has a scanner."""
    return bool(settings.CLAMD_URL)


def is_alive() -> bool:
    """Tell whether the scanner of the site answers."""
    try:
        return _ask(b"zPING\0") == "PONG"
    except OSError:
        return False


def scan(content: bytes) -> bool:
    """Have the scanner read ``content``: true when it found nothing, false when the site has no scanner.

    Raises ``Invalid`` for an infected file, ``Conflict`` when the scanner is away or does not understand: a file is
    never taken for clean because nobody looked.
    """
    if not is_configured():
        return False
    try:
        answer = _ask(b"zINSTREAM\0", *_frames(content))
    except OSError as error:
        raise _away() from error
    if answer.endswith(" FOUND"):
        raise Invalid(
            _("L’antivirus a trouvé un programme malveillant dans ce fichier : il n’est pas gardé."),
            code="infected",
            field="file",
        )
    if not answer.endswith(" OK"):
        raise _away()
    return True


def _away() -> Conflict:
    sentence = _("L’antivirus ne répond pas : aucun document n’est pris sans contrôle. Réessayer dans un instant.")
    return Conflict(sentence, code="scanner_away")


def _frames(content: bytes) -> Iterator[bytes]:
    """The file in pieces, each after its length; an empty piece ends it."""
    for start in range(0, len(content), CHUNK):
        piece = content[start : start + CHUNK]
        yield struct.pack("!I", len(piece)) + piece
    yield struct.pack("!I", 0)


def _ask(*words: bytes) -> str:
    address = urlsplit(settings.CLAMD_URL)
    with socket.create_connection((address.hostname, address.port or 3310), timeout=SECONDS) as link:
        try:
            for word in words:
                link.sendall(word)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it hangs up on what is too long for it; what it says then is read below
        return _answer(link)


def _answer(link: socket.socket) -> str:
    heard = b""
    while b"\0" not in heard and len(heard) < LONGEST_ANSWER:
        piece = link.recv(LONGEST_ANSWER)
        if not piece:
            break
        heard += piece
    return heard.partition(b"\0")[0].decode("utf-8", "replace").strip()
