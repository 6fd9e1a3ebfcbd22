"""What a person did on the board lately, the newest first, and whether each act can still be taken back."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from amh.board import undos
from amh.board.acts import reason
from amh.board.journals import ACTS, Read
from amh.board.undos import Part
from amh.core import dates
from amh.core.models import AuditEntry, User
from patients.models import Placement, Reservation
from patients.queries import placements
from wards.models import Closure

SHOWN = 10
READ = 200
"""Lines of the journal that are read for them: to close a unit writes one for each of its beds."""
AT_LEAST = timedelta(hours=4)
"""What was done before midnight is still there a little later in the night."""
TAKEN_BACK = "act.undo"
"""The line that says: all that was done at its instant took another act back."""


@dataclass(frozen=True)
class Deed:
    """One act: ``pk`` is its first line in the journal, ``parts`` what it did, in order."""

    pk: int
    at: datetime
    parts: Sequence[Part]

    @property
    def stands(self) -> bool:
        """Whether nothing has taken it back or replaced it yet."""
        return all(part.stands for part in self.parts)

    def sentence(self, *, to: User, now: datetime) -> str:
        """What was done, as the person may read it."""
        return " · ".join(part.sentence(to=to, now=now) for part in self.parts)

    def check(self, *, by: User, now: datetime, exactly: bool) -> None:
        """Raise what bars the way back: what was read already, or ``exactly``, by the rule of the way back itself.

        Of several parts the last one is asked, which is taken back first and may open the way for the others.
        """
        for part in self.parts:
            part.glance(by=by, now=now)
        if exactly:
            self.parts[-1].check(by=by, now=now)

    def take_back(self, *, by: User, at: datetime) -> None:
        """Take all of it back, the last part first. Raises what the rule of a part raises."""
        for part in reversed(self.parts):
            undos.check_stands(part)
            part.take_back(by=by, at=at)


def since(now: datetime) -> datetime:
    """From when on what was done is of today: midnight, or a few hours ago when that is just over."""
    midnight = dates.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return min(midnight, now - AT_LEAST)


def lately(*, by: User, now: datetime) -> list[Deed]:
    """What the person did today and that still stands, the newest first, in a fixed number of statements."""
    rows = AuditEntry.objects.filter(by=by, at__gte=since(now), action__in={*ACTS, TAKEN_BACK})
    return [deed for deed in _deeds(list(rows.order_by("-at", "-pk")[:READ]), now=now) if deed.stands][:SHOWN]


def of(entry: AuditEntry, *, now: datetime) -> Deed | None:
    """The act to which a line of the journal belongs; ``None`` for what cannot be taken back here."""
    rows = AuditEntry.objects.filter(by=entry.by_id, at__gte=entry.at).order_by("-at", "-pk")
    return next((deed for deed in _deeds(list(rows), now=now) if deed.pk == entry.pk), None)


def refusals(deeds: Sequence[Deed], *, by: User, now: datetime) -> list[str | None]:
    """Why each act cannot be taken back any more, or ``None``.

    The rule itself is asked of the newest one, which is the one that people take back, and of those whose beds somebody
    has since; of the others what was read already, so that ten cost no more than one.
    """
    barred = _barred({bed for deed in deeds for part in deed.parts for bed in part.bed_ids}, at=now)
    asked = [place == 0 or _meets(deed, barred) for place, deed in enumerate(deeds)]
    return [
        reason(partial(deed.check, by=by, now=now, exactly=exactly)) for deed, exactly in zip(deeds, asked, strict=True)
    ]


def _barred(beds: Collection[int], *, at: datetime) -> Mapping[int, set[int | None]]:
    """Of these beds those that are taken, kept or closed at ``at``, each with the stays for which they are."""
    found: dict[int, set[int | None]] = defaultdict(set)
    here = Placement.objects.filter(placements.reaching(at), bed__in=beds, starts_at__lte=at)
    kept = Reservation.objects.filter(bed__in=beds, released_at=None, ends_at__gt=at)
    for bed, stay in [*here.values_list("bed", "stay"), *kept.values_list("bed", "stay")]:
        found[bed].add(stay)
    closed = Closure.objects.filter(placements.reaching(at), bed__in=beds, starts_at__lte=at)
    for bed in closed.values_list("bed", flat=True):
        found[bed].add(None)
    return found


def _meets(deed: Deed, barred: Mapping[int, set[int | None]]) -> bool:
    own = {stay.pk for part in deed.parts for stay in part.stays}
    return any(barred.get(bed, set()) - own for part in deed.parts for bed in part.bed_ids)


def _deeds(rows: Sequence[AuditEntry], *, now: datetime) -> Iterator[Deed]:
    """The acts that these lines tell, but for those that took another one back.

    Different things of one instant are one act; the same thing several times is as many.
    """
    read = Read(rows, now)
    for at, lines in groupby(rows, key=lambda row: row.at):
        ordered = sorted(lines, key=lambda row: row.pk)
        found = [] if any(row.action == TAKEN_BACK for row in ordered) else list(read.parts(ordered))
        if len({line.action for line, _part in found}) < len(found):
            yield from (Deed(line.pk, at, [part]) for line, part in reversed(found))
        elif found:
            yield Deed(found[0][0].pk, at, [part for _line, part in found])
