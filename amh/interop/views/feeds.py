"""The health of each feed as the page shows it: in words, and the messages of a day as a drawing, an hour a bar."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil

from django.utils.translation import gettext as _

from amh.core import dates
from amh.interop.models import Sender
from amh.interop.queries import healths
from amh.interop.queries.healths import Health

A_SECOND = timedelta(seconds=1)
WIDTH, GAP, HEIGHT = 5, 1, 28
"""Of a bar of the drawing, whose numbers stand in a table behind it."""


@dataclass(frozen=True)
class Bar:
    """One hour: where it stands in the drawing, what it counts, and when it was."""

    x: int
    y: int
    height: int
    count: int
    since: str
    until: str


@dataclass(frozen=True)
class Feed:
    """One line of the page. All feeds share one scale: the ``busiest`` hour of any."""

    health: Health
    busiest: int

    @property
    def sender(self) -> Sender:
        """Who sends."""
        return self.health.sender

    @property
    def silence(self) -> str:
        """For how long it has said nothing."""
        return _length(self.health.silence)

    @property
    def waiting_for(self) -> str:
        """For how long the oldest message has waited that is not applied yet."""
        since = self.health.waiting_since
        return _length(self.health.at - since) if since else ""

    @property
    def usual_lag(self) -> str:
        """How long messages wait as a rule, and how long all but one of twenty wait at most; empty without any."""
        usual, longest = self.health.usual_lag, self.health.longest_lag
        if usual is None or longest is None:
            return ""
        if longest <= A_SECOND:
            return _("presque tous en moins d’une seconde")
        facts = {"usual": _length(max(usual, A_SECOND)), "longest": _length(longest)}
        return _("la moitié en %(usual)s, 19 sur 20 en %(longest)s au plus") % facts

    @cached_property
    def bars(self) -> list[Bar]:
        """A bar for each of the last hours."""
        return [self._bar(rank, count) for rank, count in enumerate(self.health.hours)]

    def _bar(self, rank: int, count: int) -> Bar:
        height = max(round(HEIGHT * count / self.busiest), 1) if count else 0
        ago = len(self.health.hours) - rank
        since, until = (dates.clock(self.health.at - timedelta(hours=hours)) for hours in (ago, ago - 1))
        return Bar(rank * (WIDTH + GAP), HEIGHT - height, height, count, since, until)


def feeds(*, at: datetime) -> list[Feed]:
    """Every feed, the last to have spoken first."""
    found = healths.health(at=at)
    busiest = max((max(one.hours) for one in found), default=0)
    return [Feed(one, busiest) for one in found]


def _length(length: timedelta | None) -> str:
    """A length in words, to the second below a minute; empty for none."""
    if length is None:
        return ""
    seconds = ceil(length.total_seconds())
    return _("%d s") % seconds if seconds < 60 else dates.duration(length)
