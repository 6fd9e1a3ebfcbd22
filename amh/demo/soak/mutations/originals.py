"""A message as its parts, so that one of them can be changed and the rest stays as it was written."""

import re
from dataclasses import dataclass, replace
from typing import Self

from amh.interop.hl7 import charsets

_LINE_END = re.compile(r"\r\n|\r|\n")
_HEADER = re.compile(r"MSH([^\w\s])([^\w\s]{4})(?=\1)")


@dataclass(frozen=True)
class Original:
    """The lines of a message, and its five separators. ``fields`` of MSH are numbered as HL7 does."""

    lines: tuple[str, ...]
    field: str
    encoding: str

    @classmethod
    def read(cls, raw: bytes) -> Self | None:
        """The message; ``None`` for what does not begin with a whole header: there is nothing to be changed in it."""
        text = charsets.decode(raw).text
        found = _HEADER.match(text)
        return cls(tuple(filter(str.strip, _LINE_END.split(text))), found[1], found[2]) if found else None

    @property
    def text(self) -> str:
        """All of it, each line ended as HL7 wants."""
        return "".join(f"{line}\r" for line in self.lines)

    def fields(self, line: int) -> list[str]:
        """The fields of a line; those of MSH from MSH-2 on."""
        return self.lines[line].split(self.field)

    def with_line(self, line: int, *fields: str) -> Self:
        """The message with another line in the place of one."""
        lines = [*self.lines[:line], self.field.join(fields), *self.lines[line + 1 :]]
        return replace(self, lines=tuple(lines))

    def with_lines(self, *lines: str) -> Self:
        """The message with other lines after its header."""
        return replace(self, lines=(self.lines[0], *lines))

    def with_header(self, number: int, value: str) -> Self:
        """The message with another MSH-``number``."""
        fields = self.fields(0)
        fields += [""] * (number - len(fields))
        fields[number - 1] = value
        return self.with_line(0, *fields)
