"""What every bed was, moment after moment, and whether what a screen showed was as old as it said."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from amh.demo.soak.nights.screens import Sample

A_SECOND = timedelta(seconds=1)
"""A moment is told by its second."""
OLDEST = timedelta(seconds=28)
"""How old a board that says it is live may be: the server owns up after 12 seconds without its database, the page after
12 without a beat; the rest is what a busy machine takes to look."""


@dataclass
class Span:
    """Between these moments a bed may have been in this state."""

    first: datetime
    last: datetime
    state: str


@dataclass(frozen=True)
class Doubt:
    """A screen said at ``at`` that a bed is in a state, with what it knew ``since``."""

    screen: str
    bed: int
    state: str
    since: datetime
    at: datetime

    def __str__(self) -> str:
        moments = f"at {self.at:%H:%M:%S}, with data of {self.since:%H:%M:%S}"
        return f"{self.screen}: bed {self.bed} was shown {self.state} {moments}"


@dataclass
class Truth:
    """Built from pages asked for again and again; what a screen shows otherwise is kept, to be judged at the end."""

    spans: dict[int, list[Span]] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    too_old: list[str] = field(default_factory=list)
    oldest: timedelta = timedelta()
    _asked_at: datetime | None = None

    def note(self, states: Mapping[int, str], *, asked_at: datetime, told_at: datetime) -> None:
        """A page that was asked for and came at these moments shows these beds.

        A state that is new may have begun just after the page before was asked for; the one before it may have lasted
        until now.
        """
        began, self._asked_at = self._asked_at or asked_at, asked_at
        for bed, state in states.items():
            spans = self.spans.setdefault(bed, [])
            if spans:
                spans[-1].last = told_at
            if not spans or spans[-1].state != state:
                spans.append(Span(began, told_at, state))

    def compare(self, screen: str, sample: Sample, *, at: datetime) -> None:
        """Keep what a screen shows at this moment that is not what was last known."""
        if sample.live:
            self.oldest = max(self.oldest, at - sample.since)
            if at - sample.since > OLDEST:
                self.too_old.append(
                    f"{screen} said that it was live at {at:%H:%M:%S}, with data of {sample.since:%H:%M:%S}"
                )
        for bed, state in sample.states.items():
            if bed in self.spans and self.spans[bed][-1].state != state:
                self.doubts.append(Doubt(screen, bed, state, sample.since, at))

    def lies(self) -> Iterator[str]:
        """What was shown though it had ended before the moment that the screen owned up to, in words."""
        yield from self.too_old
        yield from (f"{doubt}: {self._was(doubt.bed)}" for doubt in self.doubts if not self._held(doubt))

    def _was(self, bed: int) -> str:
        return ", ".join(f"{span.state} {span.first:%H:%M:%S}-{span.last:%H:%M:%S}" for span in self.spans[bed])

    def _held(self, doubt: Doubt) -> bool:
        return any(
            span.state == doubt.state and span.first <= doubt.at and span.last >= doubt.since - A_SECOND
            for span in self.spans[doubt.bed]
        )


def said(lies: Iterable[str], *, most: int = 20) -> list[str]:
    """The first of them, and how many there are beyond."""
    found = list(lies)
    return found[:most] + ([f"… and {len(found) - most} more"] if len(found) > most else [])
