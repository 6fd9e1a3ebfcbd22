"""The answer to a message: MSA-1 ``AA``, ``AE`` or ``AR`` (ACK-1, ACK-2)."""

import unicodedata
from datetime import datetime

from django.utils.timezone import localtime

from amh.interop.hl7 import charsets
from amh.interop.hl7.messages import Message, Segment
from amh.interop.hl7.separators import Separators, escaped

APPLICATION = "AMH"
DEFAULT_VERSION = "2.5"


def ack(message: Message | None, code: str, *, at: datetime, text: str = "") -> bytes:
    """Answer ``message`` (``None`` when it could not be read) with ``code`` and a sentence for the sender's log.

    Sender and receiver change places; separators, character set, version and processing id are the sender's.
    """
    separators = message.separators if message else Separators()
    header = message.header if message else Segment(("MSH",), separators)
    lines = [_header(message, header, separators, at), ["MSA", code, _echo(header, 10), escaped(text, separators)]]
    whole = "\r".join(separators.field.join(line).rstrip(separators.field) for line in lines) + "\r"
    return _encoded(whole, message)


def _header(message: Message | None, header: Segment, separators: Separators, at: datetime) -> list[str]:
    local = localtime(at)
    trigger = message.trigger if message else ""
    kind = separators.component.join(["ACK", trigger, "ACK"] if trigger else ["ACK"])
    senders = [_echo(header, 5) or APPLICATION, _echo(header, 6), _echo(header, 3), _echo(header, 4)]
    identity = [kind, local.strftime("%Y%m%d%H%M%S%f"), _echo(header, 11) or "P", _echo(header, 12) or DEFAULT_VERSION]
    rest = ["", "", "", "", _echo(header, 17), _echo(header, 18)]
    return ["MSH", separators.encoding, *senders, local.strftime("%Y%m%d%H%M%S%z"), "", *identity, *rest]


def _echo(header: Segment, number: int) -> str:
    return " ".join(header.raw(number).split())


def _encoded(text: str, message: Message | None) -> bytes:
    if message:
        announced = charsets.codec(message.header.value(18))
        if announced and announced != "ascii":
            return text.encode(announced, errors="replace")
        if not message.text.isascii():
            return text.encode(message.charset, errors="replace")
    return unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", errors="ignore")
