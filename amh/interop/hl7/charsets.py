"""Text from bytes, by what the bytes are: what MSH-18 announces is often wrong."""

import re
from typing import NamedTuple

from amh.interop.hl7.deviations import Code, Deviation

_HEADER = re.compile(rb"MSH([^\w\s])([^\r\n]*)")
_ANNOUNCED = {"": "", "ASCII": "ascii", "ISO IR6": "ascii", "UNICODE": "utf-8", "UTF-8": "utf-8", "UTF8": "utf-8"}
_ANNOUNCED |= {"UNICODE UTF-8": "utf-8", "CP1252": "cp1252", "WINDOWS-1252": "cp1252", "LATIN1": "iso-8859-1"}
_LATIN = re.compile(r"(?:ISO[- ]?)?8859[-/ ](\d{1,2})")
_LATIN_PARTS = {str(part) for part in range(1, 17)} - {"12"}
_C1 = re.compile(rb"[\x80-\x9f]")
# Controls, byte-order marks and the characters that turn the direction of a line: none belongs in a name.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_WHERE = "MSH-18"


class Decoded(NamedTuple):
    """A text, the codec that really read it, and what was odd about it."""

    text: str
    charset: str
    deviations: tuple[Deviation, ...]


def decode(raw: bytes) -> Decoded:
    """Decode by what the bytes are: strict UTF-8 first, else the announced single-byte set, else the likeliest one."""
    announced = codec(_announcement(raw))
    charset = _charset(raw, announced)
    text = _repaired(raw) if charset == "utf-8" else raw.decode(charset, errors="replace")
    clean = neutralised(text)
    deviations = [Deviation(code, _WHERE, charset) for code in _oddities(raw, announced, charset)]
    if clean != text:
        deviations.append(Deviation(Code.CONTROL_CHARACTERS, "MSH"))
    return Decoded(clean, charset, tuple(deviations))


def codec(announcement: str) -> str | None:
    """Name Python's codec for a value of MSH-18 (HL7 table 0211): ``""`` when nothing is said, ``None`` if unknown."""
    value = announcement.strip().upper()
    found = _LATIN.fullmatch(value)
    if found and found[1] in _LATIN_PARTS:
        return f"iso-8859-{found[1]}"
    return _ANNOUNCED.get(value)


def neutralised(text: str) -> str:
    """Put a space for every control or direction character; line ends and tabs stay."""
    return _CONTROLS.sub(" ", text)


def _announcement(raw: bytes) -> str:
    header = _HEADER.search(raw)
    fields = header[2].split(header[1]) if header else []
    value = fields[16] if len(fields) > 16 else b""
    return re.split(rb"[~^]", value)[0].decode("ascii", errors="replace")


def _charset(raw: bytes, announced: str | None) -> str:
    if _is_utf8(raw):
        return "utf-8"
    if announced and announced not in ("utf-8", "ascii"):
        return "cp1252" if announced in ("iso-8859-1", "iso-8859-15") and _C1.search(raw) else announced
    if any(0x7F < ord(char) < 0xDC80 or ord(char) > 0xDCFF for char in raw.decode("utf-8", "surrogateescape")):
        return "utf-8"
    return "cp1252" if _C1.search(raw) else "iso-8859-15"


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _repaired(raw: bytes) -> str:
    """Decode UTF-8 in which a few bytes come from a Windows source: the rest must not suffer for them."""
    text = raw.decode("utf-8", "surrogateescape")
    return re.sub("[\udc80-\udcff]", lambda bad: bytes([ord(bad[0]) - 0xDC00]).decode("cp1252", "replace"), text)


def _oddities(raw: bytes, announced: str | None, charset: str) -> list[Code]:
    if announced is None:
        return [Code.CHARSET_UNKNOWN]
    if raw.isascii() or (announced == charset and _is_clean(raw, charset)):
        return []
    return [Code.CHARSET_MISMATCH if announced else Code.CHARSET_UNANNOUNCED]


def _is_clean(raw: bytes, charset: str) -> bool:
    return charset != "utf-8" or _is_utf8(raw)
