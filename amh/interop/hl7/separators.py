"""The five characters that cut a message, and the escape sequences that stand for them (HL7 2.5 §2.5.4, §2.7)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from amh.interop.hl7 import charsets

NULL = '""'
_DEFAULT_ENCODING = "^~\\&"
_SPARE_ENCODING = "@#!%"


@dataclass(frozen=True)
class Separators:
    """The five characters announced by MSH-1 and MSH-2."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"

    @classmethod
    def announced(cls, field: str, encoding: str) -> "Separators":
        """Take what is announced, once each, and HL7's own character for what is not."""
        punctuation = [char for char in encoding[:8] if not (char.isalnum() or char.isspace())]
        wanted = dict.fromkeys([*punctuation[:5], *_DEFAULT_ENCODING, *_SPARE_ENCODING])
        component, repetition, escape, subcomponent = [char for char in wanted if char != field][:4]
        return cls(field, component, repetition, escape, subcomponent)

    @property
    def encoding(self) -> str:
        return self.component + self.repetition + self.escape + self.subcomponent

    @property
    def by_code(self) -> dict[str, str]:
        """The character that each escape sequence stands for (HL7 2.5 §2.7.1)."""
        return {"F": self.field, "S": self.component, "T": self.subcomponent, "R": self.repetition, "E": self.escape}


def unescaped(text: str, separators: Separators) -> str:
    """Decode the escape sequences of HL7 2.5 §2.7; null is an empty text, controls become spaces."""
    if text == NULL:
        return ""
    if separators.escape in text:
        text = _escapes(separators.escape).sub(lambda found: _decoded(found[1], separators), text)
    return " ".join(charsets.neutralised(text).split())


def escaped(text: str, separators: Separators) -> str:
    """Write a text so that it can stand in a field, on one line."""
    codes = {char: code for code, char in separators.by_code.items()}
    line = " ".join(charsets.neutralised(text).split())
    mark = separators.escape
    return "".join(f"{mark}{codes[char]}{mark}" if char in codes else char for char in line)


@lru_cache(maxsize=32)
def _escapes(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    return re.compile(rf"{mark}([FSTREPHN]|X[0-9A-Fa-f]*|[CM][0-9A-Fa-f]{{4,6}}|\.[a-z]{{2}}[+-]?\d{{0,4}}){mark}")


def _decoded(code: str, separators: Separators) -> str:
    if code.startswith("X"):
        return _from_hexadecimal(code[1:])
    return separators.by_code.get(code, " " if code.startswith(".") else "")


def _from_hexadecimal(digits: str) -> str:
    raw = bytes.fromhex(digits[: len(digits) // 2 * 2])
    return charsets.decode(raw).text
