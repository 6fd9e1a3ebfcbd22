"""A board as a browser holds it, without the browser: its parts by id, replaced as ``parts.js`` does it."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Self

MAIN = re.compile(r'<main [^>]*data-live="([^"]+)" data-position="(\d+)" data-at="([^"]+)"')
PART = re.compile(
    r'<article id="(?P<card>lit-\d+)".*?</article>|<i id="(?P<vacant>lit-\d+)".*?</i>'
    r'|<div id="(?P<head>unite-\d+)".*?</div>(?=\s*<div class="cards">)',
    re.DOTALL,
)
ID = re.compile(r'\s*<\w+ id="([^"]+)"')
ATTRIBUTE = re.compile(r' data-(\w+)="([^"]*)"')
VACANT = "<i "


class NoBoard(Exception):
    """The page is another one: the database is away, or the session has ended."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One event of the stream, and the position to come back to after it, if it said any."""

    name: str
    text: str
    position: str = ""


@dataclass(frozen=True, slots=True)
class Bed:
    """What a card says of its bed; ``stay`` is 0 when nobody has it."""

    pk: int
    unit: int
    state: str
    stay: int
    marks: str


@dataclass
class Board:
    """The parts of the page by their id. Everything before ``at`` is on it; ``position`` is where it comes back to."""

    parts: dict[str, str]
    live: str
    position: str
    at: datetime

    @classmethod
    def read(cls, page: str) -> Self:
        """The board of a page. Raises ``NoBoard`` when it has none."""
        main = MAIN.search(page)
        if main is None:
            raise NoBoard
        live, position, at = main.groups()
        parts = {str(found[found.lastgroup or 0]): _flat(found[0]) for found in PART.finditer(page)}
        return cls(parts, unescape(live), position, datetime.fromisoformat(at))

    def take(self, frame: Frame) -> None:
        """Apply what came: a beat tells how old the page is, a part takes the place of its twin, if there is any."""
        self.position = frame.position or self.position
        if frame.name == "beat":
            self.at = datetime.fromisoformat(json.loads(frame.text)["at"])
        elif (found := ID.match(frame.text)) and found[1] in self.parts:
            self.parts[found[1]] = _flat(frame.text)

    def copy(self) -> "Board":
        """The board as it is at this moment."""
        return Board(dict(self.parts), self.live, self.position, self.at)

    def beds(self) -> dict[int, Bed]:
        """What its cards say."""
        cards = {name: part for name, part in self.parts.items() if part.startswith("<article")}
        return {bed.pk: bed for bed in (_bed(name, part) for name, part in cards.items())}

    def differences(self, own: "Board", whole: "Board") -> set[str]:
        """The parts that are not as ``own``, the same page opened anew, shows them.

        A bed that has left what a filter asks for stays on the page, where the style sheet hides it; opened anew, the
        page has an empty place instead. Then the card must be that of ``whole``, the page without its filter.
        """
        return {name for name in self.parts.keys() | own.parts.keys() if not self._agrees(name, own, whole)}

    def _agrees(self, name: str, own: "Board", whole: "Board") -> bool:
        mine, fresh = self.parts.get(name, ""), own.parts.get(name, "")
        return mine == fresh or (fresh.startswith(VACANT) and mine == whole.parts.get(name))


def frames(lines: Iterable[bytes]) -> Iterator[Frame]:
    """The events of a stream (HTML standard, 9.2.6), as the lines come."""
    name, position, text = "", "", []
    for line in lines:
        field, _colon, value = line.decode().rstrip("\r\n").partition(": ")
        if field == "event":
            name = value
        elif field == "id":
            position = value
        elif field == "data":
            text.append(value)
        elif not field and name:
            yield Frame(name, "\n".join(text), position)
            name, position, text = "", "", []


def _flat(html: str) -> str:
    return " ".join(html.split())


def _bed(name: str, part: str) -> Bed:
    said = dict(ATTRIBUTE.findall(part[: part.index(">")]))
    return Bed(
        int(name.removeprefix("lit-")),
        int(said["unit"]),
        said["state"],
        int(said.get("stay", 0)),
        said.get("marks", ""),
    )
