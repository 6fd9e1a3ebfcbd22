"""The time bar of the board: which moment is shown, and the ways from it to others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.board import addresses, moments
from amh.board.addresses import Query
from amh.core import dates
from amh.core.errors import Invalid
from patients.queries.moments import first_known

FIELDS = ("a", "depuis")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HANDOVER = time(8)
"""When the day team takes over (WR-4)."""


class Way(NamedTuple):
    """A link to another moment; its ``key`` is its name in the page."""

    key: str
    label: str
    url: str


@dataclass(frozen=True)
class Bar:
    """The bar of a page that shows ``query`` at ``now``.

    ``refusal`` is why what was ``typed`` in the address is not shown; ``logged_in_at`` is when the person came to work.
    """

    query: Query
    now: datetime
    logged_in_at: datetime | None = None
    refusal: Invalid | None = None
    typed: Mapping[str, str] | None = None

    @property
    def at(self) -> datetime:
        """The moment that the page shows."""
        return self.query.at or self.now

    @property
    def is_open(self) -> bool:
        """A page that shows another moment than now has its bar open, and so has one that was asked for none."""
        return self.query.at is not None or self.query.since is not None or self.refusal is not None

    @property
    def is_live(self) -> bool:
        """A page of now follows it; one that compares now with an earlier moment stands still."""
        return self.query.at is None and (self.query.since is None or self.query.wall)

    @property
    def label(self) -> str:
        """The moment in words."""
        return dates.moment(self.at, now=self.now)

    @property
    def text(self) -> str:
        """The moment as an address says it."""
        return moments.written(self.at)

    @property
    def value(self) -> str:
        """What stands in the field of the moment: what was typed, as long as it is refused."""
        return self._typed("a") or f"{dates.local(self.at):%Y-%m-%dT%H:%M}"

    @property
    def since_value(self) -> str:
        """What stands in the field of the moment with which it is compared."""
        since = self.query.since or self._handover()
        return self._typed("depuis") or f"{dates.local(since):%Y-%m-%dT%H:%M}"

    def _typed(self, field: str) -> str:
        return (self.typed or {}).get(field, "")

    @property
    def refused_field(self) -> str | None:
        """The field beside which the refusal is said."""
        return self.refusal.field if self.refusal else None

    @property
    def instant(self) -> int:
        """The minute of the moment in milliseconds, as scripts count them."""
        return int(self.at.timestamp()) // 60 * 60_000

    @property
    def now_instant(self) -> int:
        """The present minute, counted likewise."""
        return int(self.now.timestamp()) // 60 * 60_000

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Words of the address that stay when another moment is asked for."""
        return parse_qsl(self.query.url(a=None, depuis=None, seulement=None).removeprefix("?"))

    @property
    def film_url(self) -> str:
        """Where to ask for what changes from this moment to another; a search or a comparison is a page each time."""
        if self.query.search or self.query.since or self.query.at is None:
            return ""
        return f"{reverse('board:film')}?{urlencode(self.kept)}"

    @property
    def open_url(self) -> str:
        """The same page, held at the present minute."""
        return self._to(self.now)

    @property
    def now_url(self) -> str:
        """The live page."""
        return self.query.url(a=None, depuis=None, seulement=None)

    @property
    def ways(self) -> list[Way]:
        """An hour and a day back and on, as far as the calendar goes."""
        found = (
            ("day-back", _("−1 j"), self._day(-1)),
            ("hour-back", _("−1 h"), self.at - HOUR),
            ("hour-on", _("+1 h"), self.at + HOUR),
            ("day-on", _("+1 j"), self._day(1)),
        )
        return [Way(key, label, self._to(at)) for key, label, at in found if dates.plausible(dates.local(at))]

    def _day(self, days: int) -> datetime:
        """The same hour of another day; in the night of spring in which it is left out, an hour later."""
        wall = dates.local(self.at).replace(tzinfo=None) + timedelta(days=days)
        return timezone.make_aware(wall).astimezone(UTC)

    def _to(self, at: datetime) -> str:
        return self.query.url(a=moments.written(at))

    @property
    def twin(self) -> Way | None:
        """The other hour of this name, in the night that has two of them."""
        if not moments.comes_twice(self.at):
            return None
        other = moments.the_other(self.at)
        return Way("twin", _("la seconde") if other > self.at else _("la première"), self._to(other))

    @cached_property
    def first(self) -> Way | None:
        """The first moment of which something is known, when that is later than the moment shown."""
        if self.query.at is None or self.at > self.now:
            return None
        at = first_known(after=self.at)
        return Way("first", dates.moment(at, now=self.now), self._to(_whole_minute(at))) if at else None

    @property
    def comparisons(self) -> list[Way]:
        """Moments before this one with which it is worth comparing: the last handover, the beginning of one’s work."""
        return [
            Way(key, label % dates.moment(at, now=self.now), self.query.url(depuis=moments.written(at)))
            for key, label, at in self._beginnings()
        ]

    def _beginnings(self) -> list[tuple[str, str, datetime]]:
        found = [("handover", _("Depuis %s"), self._handover())]
        mine = self.logged_in_at
        if mine is not None and self.at - DAY < mine < self.at:
            found.append(("mine", _("Depuis ma connexion (%s)"), mine))
        return found

    def _handover(self) -> datetime:
        there = dates.local(self.at)
        today = there.replace(hour=HANDOVER.hour, minute=0, second=0, microsecond=0, fold=0)
        morning = today if today < there else today - DAY
        return morning.astimezone(UTC)

    @property
    def heading(self) -> str:
        """The question that the page answers."""
        return _("Les lits, %(moment_label)s") % {"moment_label": self.label}

    def said(self) -> dict[str, object]:
        """What of the bar another moment changes, for the script of the page."""
        return {
            "text": self.text,
            "value": self.value,
            "instant": self.instant,
            "label": self.label,
            "heading": self.heading,
            "ways": {way.key: way.url for way in [*self.ways, *self.comparisons]},
        }


def _whole_minute(at: datetime) -> datetime:
    """The first whole minute that is not before ``at``."""
    return (at + timedelta(seconds=59, microseconds=999_999)).replace(second=0, microsecond=0)


def asked(params: Mapping[str, str], *, now: datetime) -> tuple[Query, Invalid | None]:
    """What the address asks for. Moments that it cannot mean are left out, and what refuses them is given back.

    Raises ``Invalid`` for anything else that it cannot mean.
    """
    try:
        return _in_order(addresses.query(params), now=now), None
    except Invalid as refusal:
        if refusal.field not in FIELDS:
            raise
        rest = {name: value for name, value in params.items() if name not in FIELDS}
        return addresses.query(rest), refusal


def _in_order(query: Query, *, now: datetime) -> Query:
    if query.since is not None and query.since >= (query.at or now):
        facts = {"since": dates.moment(query.since, now=now), "at": dates.moment(query.at or now, now=now)}
        sentence = _("Choisir un moment d’avant : %(since)s ne vient pas avant %(at)s.") % facts
        raise Invalid(sentence, code="not_before", field="depuis")
    return query
