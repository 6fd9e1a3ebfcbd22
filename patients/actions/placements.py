"""Placements follow the ledger: state and places of stays are made anew from their standing movements."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from django.db import connection

from patients.models import (
    STAY_TRANSITIONS,
    Movement,
    MovementKind,
    MovementSource,
    Patient,
    Placement,
    Stay,
    StayState,
)
from patients.queries import delays, locks, placements
from patients.queries import movements as ledger
from patients.rules.claims import Claims
from patients.rules.projections import Projection, Segment, project
from wards.models import DAY_KINDS, Bed, BedKind, Unit


@dataclass
class Touched:
    """Beds and units whose display an act changes, and the stays whose places it changes."""

    beds: set[int | None] = field(default_factory=set)
    units: set[int | None] = field(default_factory=set)
    stays: set[int] = field(default_factory=set)

    def add(self, placement: Placement) -> None:
        """Count the beds, the unit and the stay of ``placement`` in."""
        self.beds |= {placement.bed_id, placement.wanted_bed_id}
        self.units.add(placement.unit_id)
        self.stays.add(placement.stay_id)


def rebuild(stays: Iterable[Stay], *, at: datetime, yielding: Collection[int] = ()) -> Touched:
    """Make state and placements of locked stays follow their standing movements at ``at``; say what changed.

    A bed that somebody else holds is not taken, nor a second place for one patient: while they contradict each other
    the newer one is « lit à confirmer » (WR-2). Whoever waits for a bed or a patient of theirs is placed anew after
    them, as are the stays that are ``yielding`` what they have.
    """
    acting = {stay.pk: stay for stay in stays}
    waiting = locks.stays(placements.waiting_behind(acting) | set(yielding))
    everyone = acting | waiting
    projections = _projections(everyone)
    existing = _existing(everyone)
    claims = _claims(acting.values(), projections, key=attrgetter("starts_at", "said.entered_at", "said.pk"))
    claims += _claims(waiting.values(), projections, key=attrgetter("said.entered_at", "said.pk"))
    keeping = waiting.keys() - set(yielding)
    taken = [row for pk in keeping for row in existing[pk] if not row.to_confirm and row.starts_at <= at]
    granted = _granted(claims, [*taken, *_of_others(claims, everyone)])
    touched = Touched()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS one_bed_one_patient, one_patient_one_bed DEFERRED")
        for stay in everyone.values():
            _replace(existing[stay.pk], granted[stay.pk], touched)
            was = stay.state
            if _follow(stay, projections[stay.pk]):
                _show(granted[stay.pk], touched, at=at)
                touched.units |= _listing(stay) if {was, stay.state} & AWAY.keys() else set()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    people = {stay.patient_id: stay.patient for stay in [*waiting.values(), *acting.values()]}
    if any(one.died_at for one in projections.values()) or any(person.deceased_at for person in people.values()):
        remember_deaths(people.values())
    return touched


def remember_deaths(people: Iterable[Patient]) -> None:
    """Make the death of locked people follow the standing movements of all their stays.

    Another hour than any that a movement gave came from elsewhere, and stands.
    """
    everyone = {person.pk: person for person in people}
    told = ledger.deaths(everyone)
    ever = {None, *(movement.effective_at for movement in told)}
    found: dict[int, list[datetime]] = defaultdict(list)
    owners = {movement.stay_id: movement.stay.patient_id for movement in told if movement.cancelled_at is None}
    for stay_id, projection in _projections(owners).items():
        found[owners[stay_id]] += [projection.died_at] if projection.died_at else []
    for person in everyone.values():
        died_at = min(found[person.pk], default=None)
        if person.deceased_at in ever and person.deceased_at != died_at:
            person.deceased_at = died_at
            person.save(update_fields=["deceased_at"])


def forget_death(movement: Movement) -> None:
    """Unsay the death that a movement told which is about to be written anew: the ledger will not know that it did."""
    was, patient = Movement.objects.get(pk=movement.pk), movement.stay.patient
    if was.tells_death and patient.deceased_at == was.effective_at:
        patient.deceased_at = None
        patient.save(update_fields=["deceased_at"])


def _projections(stay_ids: Collection[int]) -> dict[int, Projection]:
    said: dict[int, list[Movement]] = {pk: [] for pk in stay_ids}
    units: set[int] = set()
    for movement in Movement.objects.standing().filter(stay__in=stay_ids):
        said[movement.stay_id].append(movement)
        units |= {movement.unit_id} if movement.unit_id else set()
    every = [movement for group in said.values() for movement in group]
    told = any(one.kind == MovementKind.DISCHARGE and one.source == MovementSource.FEED for one in every)
    held = delays.after_discharge(units) if told else {}
    return {pk: project(group, held) for pk, group in said.items()}


def _existing(stay_ids: Collection[int]) -> dict[int, list[Placement]]:
    rows: dict[int, list[Placement]] = defaultdict(list)
    for row in Placement.objects.filter(stay__in=stay_ids).order_by("starts_at", "pk"):
        rows[row.stay_id].append(row)
    return rows


def _claims(stays: Iterable[Stay], projections: dict[int, Projection], *, key: attrgetter) -> list[Placement]:  # type: ignore[type-arg]
    """What the stays claim, in the order of ``key`` among their segments."""
    pairs = [(segment, stay) for stay in stays for segment in projections[stay.pk].segments]
    return [_claim(stay, segment) for segment, stay in sorted(pairs, key=lambda pair: key(pair[0]))]


def _claim(stay: Stay, segment: Segment) -> Placement:
    return Placement(
        stay=stay,
        patient_id=stay.patient_id,
        unit_id=segment.unit_id,
        bed_id=segment.bed_id,
        starts_at=segment.starts_at,
        ends_at=segment.ends_at,
    )


def _granted(claims: list[Placement], held: Iterable[Placement]) -> dict[int, list[Placement]]:
    _exempt(claims)
    table = Claims(held)
    granted: dict[int, list[Placement]] = defaultdict(list)
    for claim in claims:
        granted[claim.stay_id] += table.grant(claim)
    for places in granted.values():
        places.sort(key=attrgetter("starts_at"))
    return granted


def _exempt(claims: Iterable[Placement]) -> None:
    """Mark the chairs and places of day units, which a patient may hold beside a stay elsewhere."""
    beds = {claim.bed_id for claim in claims if claim.bed_id is not None}
    units = {claim.unit_id for claim in claims if claim.bed_id is None}
    kinds = dict(Bed.objects.filter(pk__in=beds).values_list("pk", "kind"))
    days = set(Unit.objects.filter(pk__in=units, kind__in=DAY_KINDS).values_list("pk", flat=True))
    for claim in claims:
        kind = kinds.get(claim.bed_id or 0)
        claim.exempt = kind != BedKind.BED if kind else claim.unit_id in days


def _of_others(claims: Collection[Placement], stay_ids: Collection[int]) -> list[Placement]:
    """What other stays hold of the same beds and patients."""
    if not claims:
        return []
    rows = placements.holding(
        bed_ids={claim.bed_id for claim in claims if claim.bed_id is not None},
        patient_ids={claim.patient_id for claim in claims if not claim.exempt},
        after=min(claim.starts_at for claim in claims),
    )
    return list(rows.exclude(stay__in=stay_ids))


PLACE = ("patient_id", "unit_id", "bed_id", "wanted_bed_id", "to_confirm", "exempt", "starts_at", "ends_at")


def _replace(existing: list[Placement], wanted: list[Placement], touched: Touched) -> None:
    for row in existing[len(wanted) :]:
        touched.add(row)
        row.delete()
    for row, new in zip(existing, wanted, strict=False):
        if any(getattr(row, name) != getattr(new, name) for name in PLACE):
            touched.add(row)
            touched.add(new)
            for name in PLACE:
                setattr(row, name, getattr(new, name))
            row.save(update_fields=PLACE)
    for row in wanted[len(existing) :]:
        touched.add(row)
        row.save()


FOLLOWED = ("state", "admitted_at", "discharged_at", "exit_mode", "on_leave_until")


def _follow(stay: Stay, projection: Projection) -> bool:
    """Bring what the stay says of itself into line; tell whether anything changed."""
    if projection.state != stay.state:
        STAY_TRANSITIONS.check(stay.state, projection.state)
    changed = [name for name in FOLLOWED if getattr(stay, name) != getattr(projection, name)]
    for name in changed:
        setattr(stay, name, getattr(projection, name))
    if changed:
        stay.save(update_fields=changed)
    return bool(changed)


AWAY = {StayState.LOUNGE: MovementKind.LOUNGE, StayState.ON_LEAVE: MovementKind.LEAVE}
"""How a patient came to be away, whom the unit that they left still lists."""


def _listing(stay: Stay) -> set[int | None]:
    """The units that list the patient, or did, as away."""
    return set(stay.movements.filter(kind__in=AWAY.values()).values_list("unit_id", flat=True))


def _show(places: Iterable[Placement], touched: Touched, *, at: datetime) -> None:
    """Show the place that the patient has anew: its card says more than where it is."""
    for place in places:
        if place.ends_at is None or place.ends_at > at:
            touched.add(place)
