"""The bytes of a connection → blocks: HL7's minimal lower layer protocol (MLLP, transport specification release 1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from amh.interop.hl7.frames import HEAD, LONGEST

START, END = b"\x0b", b"\x1c\r"

# An end without its line end counts when nothing follows it, or a new block; elsewhere it is a stray control character.
_END = re.compile(rb"\x1c(?=[\r\n\x0b]|\Z)")
_BEGINNING = re.compile(rb"\x0b[\s\x00]*(?:\xef\xbb\xbf)?(?=(?:MSH|FHS|BHS)[^\w\s])")
_BLANK = b" \t\r\n\x00"


@dataclass(frozen=True)
class Block:
    """What came up to an end; of one that ``is_too_long``, the beginning alone."""

    content: bytes
    is_too_long: bool = False


class Blocks:
    """What one connection sends, cut into blocks; at most ``LONGEST`` bytes of it are held.

    What was begun and begun again was not ended: a sender that breaks off says the whole again. Bytes that belong to no
    block are left to whoever reads the message.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self._searched = 0
        self._head: bytes | None = None

    def __len__(self) -> int:
        return len(self._held)

    @property
    def is_amid(self) -> bool:
        """Whether a block has begun and not ended."""
        return self._head is not None or bool(self._held[:HEAD].strip(_BLANK)) or len(self._held) > HEAD

    def feed(self, data: bytes) -> Iterator[Block]:
        """Take what came, and give the blocks that it ends."""
        self._held += data
        while found := _END.search(self._held, self._searched):
            content = bytes(self._held[: found.start()])
            del self._held[: found.end()]
            self._searched = 0
            head, self._head = self._head, None
            if head is not None or len(content) > LONGEST:
                yield Block(head or _from_last_beginning(content)[:HEAD], is_too_long=True)
            elif content.strip(_BLANK + START):
                yield Block(_from_last_beginning(content))
        self._searched = max(0, len(self._held) - 1)
        self._shorten()

    def _shorten(self) -> None:
        if self._head is None and len(self._held) > LONGEST:
            self._head = _from_last_beginning(bytes(self._held))[:HEAD]
        if self._head is not None:
            del self._held[:-1]
            self._searched = 0


def _from_last_beginning(content: bytes) -> bytes:
    beginnings = [found.start() for found in _BEGINNING.finditer(content)]
    return content[beginnings[-1] :] if beginnings else content


def framed(answer: bytes) -> bytes:
    """An answer as a block."""
    return START + answer + END
