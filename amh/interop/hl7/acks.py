"""The answer to a message: MSA-1 ``AA``, ``AE`` or ``AR`` (ACK-1, ACK-2), written and read."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime

from amh.interop.hl7 import charsets
from amh.interop.hl7.messages import Message, Segment, Unreadable, parse
from amh.interop.hl7.separators import Separators, escaped

APPLICATION = "AMH"
DEFAULT_VERSION = "2.5"


@dataclass(frozen=True)
class Answer:
    """What another system answered: ``code`` is MSA-1, ``""`` when it cannot be read; to which message (MSA-2)."""

    code: str
    control_id: str

    @property
    def is_yes(self) -> bool:
        """It has the message."""
        return self.code in ("AA", "CA")

    @property
    def is_error(self) -> bool:
        """It could not take the message."""
        return self.code in ("AE", "CE")

    @property
    def is_no(self) -> bool:
        """It does not take such a message."""
        return self.code in ("AR", "CR")


def read(raw: bytes, *, at: datetime) -> Answer:
    """Read what came back. Never raises: what is no acknowledgment has no code."""
    try:
        message = parse(raw, received_at=at)
    except Unreadable:
        return Answer("", "")
    said = message.segment("MSA")
    return Answer(said.value(1).upper() if message.type == "ACK" else "", said.value(2))


def ack(message: Message | None, code: str, *, at: datetime, text: str = "") -> bytes:
    """Answer ``message`` (``None`` when it could not be read) with ``code`` and a sentence for the sender's log.

    Sender and receiver change places; separators, character set, version and processing id are the sender's.
    """
    separators = message.separators if message else Separators()
    header = message.header if message else Segment(("MSH",), separators)
    lines = [_header(message, header, separators, at), ["MSA", code, _echo(header, 10), escaped(text, separators)]]
    whole = "\r".join(separators.field.join(line).rstrip(separators.field) for line in lines) + "\r"
    return _encoded(whole, message)


def failure(content: bytes, text: str, *, at: datetime) -> bytes:
    """Answer ``AE`` to what is not stored: its header is all that the answer needs."""
    try:
        message = parse(content, received_at=at)
    except Unreadable:
        message = None
    return ack(message, "AE", at=at, text=text)


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
