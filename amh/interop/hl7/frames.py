"""One file or body of bytes → individual HL7 v2 messages, without losing or changing any of them."""

import itertools
import re

LONGEST = 8 * 1024 * 1024
"""Bytes of the longest message that is taken, on whatever way."""
HEAD = 4096
"""Bytes kept of a longer one: enough to tell its sender which it was."""
TOO_LONG = "Message too long: 8 MB at most."

_END_OF_BLOCK = re.compile(rb"\x1c(?=[\r\n\x0b]|\Z)")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_BLANK = b" \t\r\n\x00\x0b\x1a\x1c"
# Second form: files put end to end by hand often lack the line end between the last segment and the next MSH.
_START = re.compile(rb"(?<![^\r\n\x0b])[ \t\x00]*(?:\xef\xbb\xbf)?MSH(?![A-Za-z0-9 ])|MSH\|\^~\\")
_ENVELOPE = re.compile(rb"(?<![^\r\n\x0b])[ \t]*(?:FHS|BHS|BTS|FTS)(?:[^A-Za-z0-9\r\n][^\r\n]*)?(?=[\r\n]|\Z)")
_SEGMENT = re.compile(rb"(?<![^\r\n\x0b])[ \t]*[A-Z][A-Z0-9]{2}[^A-Za-z0-9\s]")
_WIDE = b"M\x00S\x00H\x00"


def split(raw: bytes) -> list[bytes]:
    """Cut a file or body into messages: batches, MLLP frames, several MSH, stray bytes around them.

    A stretch that holds segments but no MSH stays one piece, and so does a body without any message (an empty one
    too), so that each can be counted and looked at.
    """
    raw = _narrowed(raw)
    return [piece for stretch in _END_OF_BLOCK.split(raw) for piece in _messages(stretch)] or [raw]


def normalised(raw: bytes) -> bytes:
    """Return the bytes with each line end as one CR, without blank lines or framing around them."""
    lines = (line.strip(b"\x00\x0b\x1a\x1c") for line in _LINE_END.split(raw.strip(_BLANK)))
    return b"\r".join(line for line in lines if line)


def _messages(stretch: bytes) -> list[bytes]:
    starts = [found.start() for found in _START.finditer(stretch)]
    cuts = [0, *starts, len(stretch)]
    pieces = [_ENVELOPE.sub(b"", stretch[start:end]).strip(_BLANK) for start, end in itertools.pairwise(cuts)]
    if starts and not _SEGMENT.search(pieces[0]):
        pieces = pieces[1:]
    return [piece for piece in pieces if piece]


def _narrowed(raw: bytes) -> bytes:
    """Write UTF-16 (what Windows editors save) as UTF-8, so that the rest may look at bytes."""
    at = raw.find(_WIDE)
    if at < 0:
        return raw
    return raw.decode("utf-16-be" if at % 2 else "utf-16-le", errors="replace").lstrip("\ufeff").encode()
