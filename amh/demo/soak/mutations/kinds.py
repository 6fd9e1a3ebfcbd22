"""What happens to messages on their way, or in systems that write them otherwise: each kind by its name."""

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from amh.demo.soak.mutations.originals import Original

Mutation = Callable[[Original, Random], bytes | None]
"""The bytes of the mutant; ``None`` when there is nothing in the message to which this can happen."""

ODD = (
    *("", '""', " ", "0", "A" * 400, "Ÿ’œ", "20261345", "19000000000000", "99991231235959", "-1", "\x00\x1f"),
    *("^^^^^", "~~", "&&", "\\", "\\X\\", "\\XC3\\", "\\.br\\", "\u202e", "🙂", "2026-11-21T25:00", "%s{0}", "A' --"),
)
"""What stands in fields that were filled by mistake."""
SPARE = "!#$%*;<=>@`{}"
TIMES = 3


def _somewhere(one: Original, chance: Random, *, header: bool = False) -> tuple[int, int] | None:
    """The line and the place of a field that holds something; of the header only those after its separators."""
    places = [
        (line, place)
        for line in range(0 if header else 1, len(one.lines))
        for place, value in enumerate(one.fields(line))
        if value.strip() and place > (0 if line else 1)
    ]
    return chance.choice(places) if places else None


def _with(one: Original, place: tuple[int, int] | None, change: Callable[[str], list[str]]) -> bytes | None:
    """The message with a field changed into others, or none."""
    if place is None:
        return None
    line, at = place
    fields = one.fields(line)
    return one.with_line(line, *fields[:at], *change(fields[at]), *fields[at + 1 :]).text.encode()


def _component_dropped(one: Original, chance: Random) -> bytes | None:
    def change(value: str) -> list[str]:
        parts = value.split(one.encoding[0])
        del parts[chance.randrange(len(parts))]
        return [one.encoding[0].join(parts)]

    return _with(one, _somewhere(one, chance), change)


def _cut_off(one: Original, chance: Random) -> bytes | None:
    raw = one.text.encode()
    return raw[: chance.randrange(1, len(raw))]


def _swapped(one: Original, chance: Random) -> bytes | None:
    """Segments in another order; those of one name stay in theirs."""
    order = {line[:3]: chance.random() for line in one.lines}
    return one.with_lines(*sorted(one.lines[1:], key=lambda line: order[line[:3]])).text.encode()


def _segment_dropped(one: Original, chance: Random) -> bytes | None:
    lines = list(one.lines[1:])
    if not lines:
        return None
    del lines[chance.randrange(len(lines))]
    return one.with_lines(*lines).text.encode()


def _byte_lost(one: Original, chance: Random) -> bytes | None:
    raw = one.text.encode()
    at = chance.randrange(len(raw))
    return raw[:at] + raw[at + 1 :]


def _byte_changed(one: Original, chance: Random) -> bytes | None:
    raw = bytearray(one.text.encode())
    raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw)


DAMAGING: dict[str, Mutation] = {
    "field dropped": lambda one, chance: _with(one, _somewhere(one, chance, header=True), lambda _value: [""]),
    "fields shifted left": lambda one, chance: _with(one, _somewhere(one, chance), lambda _value: []),
    "fields shifted right": lambda one, chance: _with(one, _somewhere(one, chance), lambda value: ["", value]),
    "field odd": lambda one, chance: _with(
        one, _somewhere(one, chance, header=True), lambda _value: [chance.choice(ODD)]
    ),
    "component dropped": _component_dropped,
    "segment dropped": _segment_dropped,
    "in capitals": lambda one, _chance: one.text.upper().encode(),
    "sender unnamed": lambda one, _chance: one.with_header(3, "").with_header(4, "").text.encode(),
    "cut off": _cut_off,
    "byte lost": _byte_lost,
    "byte changed": _byte_changed,
}
"""After these a message may say something else, or nothing any more."""


def _encoded(one: Original, codec: str, announced: str) -> bytes | None:
    """The message in this character set while it announces that one; ``None`` when it has other characters."""
    try:
        return one.with_header(18, announced).text.encode(codec)
    except UnicodeEncodeError:
        return None


def _other_separators(one: Original, chance: Random) -> bytes | None:
    """Five other separators, none of which stands in the text. An escape for one of the old would mean another then."""
    free = [char for char in SPARE if char not in one.text]
    escape = re.escape(one.encoding[2])
    if len(free) < 5 or re.search(f"{escape}[FSTRE]{escape}", one.text):
        return None
    old, new = one.field + one.encoding, "".join(chance.sample(free, 5))
    return one.text.translate(str.maketrans(old, new)).encode()


def _repeated(one: Original, chance: Random) -> bytes | None:
    return _with(one, _somewhere(one, chance, header=True), lambda value: [f"{value}{one.encoding[1]}{value}"])


def _segment_repeated(one: Original, chance: Random) -> bytes | None:
    if len(one.lines) < 2:
        return None
    at = chance.randrange(1, len(one.lines))
    return replace(one, lines=(*one.lines[: at + 1], *one.lines[at:])).text.encode()


KEEPING: dict[str, Mutation] = {
    "field repeated": _repeated,
    "segment repeated": _segment_repeated,
    "segments swapped": _swapped,
    "id blank": lambda one, _chance: one.with_header(10, "").text.encode(),
    "lines ended by LF": lambda one, _chance: one.text.replace("\r", "\n").encode(),
    "lines ended by CRLF": lambda one, _chance: one.text.replace("\r", "\r\n").encode(),
    "blank lines": lambda one, _chance: one.text.replace("\r", "\r\r\n").encode(),
    "byte order mark": lambda one, _chance: b"\xef\xbb\xbf" + one.text.encode(),
    "framed": lambda one, _chance: b"\x0b" + one.text.encode() + b"\x1c\r",
    "other separators": _other_separators,
    "empty fields at the end": lambda one, _chance: one.text.replace("\r", one.field * 4 + "\r").encode(),
    "blanks around a field": lambda one, chance: _with(one, _somewhere(one, chance), lambda value: [f"  {value} "]),
    "segment of their own": lambda one, _chance: one.with_lines("ZZZ|1|X", *one.lines[1:]).text.encode(),
    "UTF-8, announced": lambda one, _chance: _encoded(one, "utf-8", "UNICODE UTF-8"),
    "UTF-8, not announced": lambda one, _chance: _encoded(one, "utf-8", ""),
    "UTF-8, said to be Latin-9": lambda one, _chance: _encoded(one, "utf-8", "8859/15"),
    "Latin-1, announced": lambda one, _chance: _encoded(one, "iso-8859-1", "8859/1"),
    "Latin-1, said to be UTF-8": lambda one, _chance: _encoded(one, "iso-8859-1", "UNICODE UTF-8"),
    "Latin-9, announced": lambda one, _chance: _encoded(one, "iso-8859-15", "8859/15"),
    "Latin-9, not announced": lambda one, _chance: _encoded(one, "iso-8859-15", ""),
    "CP1252, said to be Latin-1": lambda one, _chance: _encoded(one, "cp1252", "8859/1"),
}
"""After these it says the same as before."""
