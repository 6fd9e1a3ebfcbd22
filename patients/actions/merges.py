"""Two records were found to be of one person: merge them, and take it back row by row."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

import pgtrigger
from django.apps import apps
from django.db import connection
from django.db.models import DateTimeField, F, Model, Q, QuerySet, Value
from django.db.models.functions import Greatest

from amh.core import audit
from amh.core.models import User
from amh.core.models.audits import InsertOnly
from amh.core.transactions import act, busy
from patients import events
from patients.actions import placements
from patients.models import (
    HERE,
    Correspondent,
    CorrespondentRole,
    Flag,
    IdentifierType,
    Merge,
    MovementSource,
    Patient,
    PatientIdentifier,
    Stay,
)
from patients.queries import locks, merges, patients
from patients.queries import movements as ledger
from patients.rules import homonyms
from patients.rules import merges as rules


@dataclass(frozen=True)
class Rival:
    """Rows of which only one may stand for a person and a ``same``: the survivor's does, the other is closed, kept."""

    model: type[Model]
    standing: Q
    same: str
    closes: str
    began: str

    def of(self, patient: Patient) -> QuerySet[Model]:
        """Those of a patient that stand."""
        return self.model._base_manager.filter(self.standing, patient=patient)  # noqa: SLF001 - Django documents it


RIVALS = {
    "patients.flag": Rival(Flag, Q(ends_at=None), same="kind", closes="ends_at", began="starts_at"),
    "patients.correspondent": Rival(
        Correspondent,
        Q(role=CorrespondentRole.GP, withdrawn_at=None, stay=None),
        same="role",
        closes="withdrawn_at",
        began="entered_at",
    ),
    "patients.patientidentifier": Rival(
        PatientIdentifier,
        Q(type=IdentifierType.INS, valid_until=None),
        same="type",
        closes="valid_until",
        began="valid_from",
    ),
}

INHERITED: dict[str, object] = {"protected": False, "protection": "", "deceased_at": None}
"""Traits that the survivor takes over when it has none: what hides a person, or that they died, is never lost."""


@act
def merge(
    *,
    survivor: Patient,
    merged: Patient,
    reason: str,
    by: User | None,
    at: datetime,
    confirmed: bool = False,
) -> Merge:
    """Give all the rows of ``merged`` to ``survivor``; ``merged`` stays as it was, leading to it. ``None``: the feed.

    Raises ``Invalid`` (one record, no reason), ``Conflict`` (merged or withdrawn before; contradictions that nobody
    confirmed) or ``Denied``.
    """
    survivor, merged = _locked(survivor.pk, merged.pk)
    rules.check_merge(survivor, merged, by=by)
    if by is not None:
        rules.check_meant(survivor, merged, reason=reason, confirmed=confirmed)
    stays = _locked_stays(survivor, merged)
    shown = _shown((survivor, merged), at=at)
    effects = {"closed": _close_rivals(survivor, merged, at=at), "traits": _inherit(survivor, merged)}
    moved = merges.rows(merged.pk)
    effects["origins"] = _mark_origin(moved.get("patients.patientidentifier", []), merged)
    done = Merge.objects.create(
        survivor=survivor,
        merged=merged,
        source=MovementSource.HAND if by else MovementSource.FEED,
        reason=reason,
        rows=moved,
        effects=effects,
        entered_at=at,
        entered_by=by,
    )
    _give(moved, survivor, stays, at=at)
    merged.merged_into = survivor
    merged.save(update_fields=["merged_into"])
    _record("patient.merge", done, by=by, at=at)
    _announce((survivor,), shown, at=at)
    return done


@act
def undo(*, merge: Merge, by: User | None, at: datetime) -> Merge:
    """Bring back exactly the rows that moved, and what hangs on their stays; what was made since stays.

    Raises ``Conflict`` when it was undone before or a newer merge stands on it, ``Denied``.
    """
    survivor, merged = _locked(merge.survivor_id, merge.merged_id)
    merge = Merge.objects.select_related("survivor", "merged").get(pk=merge.pk)
    rules.check_undo(merge, merges.below([merge]), by=by)
    stays = _locked_stays(survivor)
    shown = _shown((survivor,), at=at)
    merged.merged_into = None
    merged.save(update_fields=["merged_into"])
    back = _still_with(survivor, merge.rows)
    _give(back, merged, stays, at=at)
    PatientIdentifier.objects.filter(pk__in=merge.effects["origins"], origin=merged).update(origin=None)
    _reopen_rivals(merge.effects["closed"], merged)
    _give_up(survivor, merge.effects["traits"])
    placements.remember_deaths((survivor, merged))
    merge.undone_at, merge.undone_by = at, by
    merge.save(update_fields=["undone_at", "undone_by"])
    _record("patient.undo_merge", merge, by=by, at=at)
    _announce((survivor, merged), shown, at=at)
    return merge


@act
def reattach(*, stay: Stay, to: Patient, by: User | None, at: datetime) -> Stay:
    """Give a stay, and what hangs on it, to another person: it was entered for the wrong one.

    Where they are now in two places, the newer is to be confirmed. Raises ``Denied``.
    """
    rules.check_reattach(by=by)
    owners = _locked(to.pk, stay.patient_id)
    stays = _locked_stays(*owners)
    if stay.pk not in stays:
        raise busy()
    stay = stays[stay.pk]
    shown = _shown(owners, at=at)
    moved = {"patients.stay": [stay.pk], **merges.rows_of_stays([stay.pk])}
    _give(moved, owners[0], stays, at=at)
    placements.remember_deaths(owners)
    facts = {"rows": {label: len(pks) for label, pks in moved.items()}, "was": owners[1].pk}
    audit.record("stay.reattach", subject=stay, by=by, at=at, patient_id=to.pk, **facts)
    _announce(owners, shown, at=at)
    return stay


def _locked(survivor_id: int, merged_id: int) -> tuple[Patient, Patient]:
    found = locks.patients([survivor_id, merged_id])
    return found[survivor_id], found[merged_id]


def _locked_stays(*people: Patient) -> dict[int, Stay]:
    """Every stay of these locked people, with the beds of those that are going on: they may change."""
    stays = locks.stays_of(people)
    locks.beds(ledger.beds([pk for pk, stay in stays.items() if stay.state in HERE]))
    return stays


def _close_rivals(survivor: Patient, merged: Patient, *, at: datetime) -> dict[str, list[int]]:
    closed: dict[str, list[int]] = {}
    for label, rival in RIVALS.items():
        taken = list(rival.of(survivor).values_list(rival.same, flat=True))
        pks = list(rival.of(merged).filter(**{f"{rival.same}__in": taken}).values_list("pk", flat=True))
        end = Greatest(F(rival.began), Value(at, DateTimeField()))
        rival.of(merged).filter(pk__in=pks).update(**{rival.closes: end})
        closed |= {label: pks} if pks else {}
    return closed


def _reopen_rivals(closed: Mapping[str, list[int]], merged: Patient) -> None:
    for label, pks in closed.items():
        rival = RIVALS[label]
        taken = list(rival.of(merged).values_list(rival.same, flat=True))
        own = rival.model._base_manager.filter(pk__in=pks, patient=merged)  # noqa: SLF001
        own.exclude(**{f"{rival.same}__in": taken}).update(**{rival.closes: None})


def _inherit(survivor: Patient, merged: Patient) -> dict[str, str]:
    taken = [name for name in INHERITED if getattr(merged, name) and not getattr(survivor, name)]
    for name in taken:
        setattr(survivor, name, getattr(merged, name))
    survivor.save(update_fields=taken)
    return {name: str(getattr(merged, name)) for name in taken}


def _give_up(survivor: Patient, inherited: Mapping[str, str]) -> None:
    """Take back what was inherited, unless somebody has said otherwise since; a protection and its reason are one."""
    unchanged = {name for name, value in inherited.items() if str(getattr(survivor, name)) == value}
    if survivor.protection != inherited.get("protection", ""):
        unchanged.discard("protected")
    for name in unchanged:
        setattr(survivor, name, INHERITED[name])
    survivor.save(update_fields=unchanged)


def _mark_origin(pks: Iterable[int], merged: Patient) -> list[int]:
    """Say of each number which record bore it; one that came with an earlier merge keeps its first bearer."""
    own = PatientIdentifier.objects.filter(pk__in=pks, origin=None)
    marked = list(own.values_list("pk", flat=True))
    own.update(origin=merged)
    return marked


def _still_with(survivor: Patient, moved: Mapping[str, list[int]]) -> dict[str, set[int]]:
    """Of the rows that moved those still there, and what has come to hang on their stays since."""
    hanging = merges.rows_of_stays(moved.get("patients.stay", []))
    back = {label: {*moved.get(label, ()), *hanging.get(label, ())} for label in (*moved, *hanging)}
    theirs = merges.rows(survivor.pk)
    return {label: pks.intersection(theirs.get(label, ())) for label, pks in back.items()}


def _give(rows: Mapping[str, Collection[int]], owner: Patient, stays: Mapping[int, Stay], *, at: datetime) -> None:
    """Make ``owner`` the patient of these rows; where they are now in two places, the newer is to be confirmed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS one_bed_one_patient, one_patient_one_bed DEFERRED")
    for label, pks in rows.items():
        model = apps.get_model(label)
        owned = model._base_manager.filter(pk__in=pks)  # noqa: SLF001
        with _written_once(model):
            owned.update(**{merges.links()[label].name: owner})
    for pk in rows.get("patients.stay", ()):
        stays[pk].patient = owner
    contested = merges.contested(stays, at=at)
    placements.rebuild([stays[pk] for pk in sorted(contested)], at=at)


def _written_once(model: type[Model]) -> AbstractContextManager[None]:
    """Rows that nobody may change still go to whom they are about."""
    if not issubclass(model, InsertOnly):
        return nullcontext()
    ignored: AbstractContextManager[None] = pgtrigger.ignore(f"{model._meta.label}:insert_only")  # noqa: SLF001
    return ignored


def _record(action: str, merge: Merge, *, by: User | None, at: datetime) -> None:
    audit.record(
        action,
        subject=merge,
        by=by,
        at=at,
        patient_id=merge.survivor_id,
        merged=merge.merged_id,
        rows={label: len(pks) for label, pks in merge.rows.items()},
    )


Shown = tuple[set[int | None], set[int | None]]


def _shown(people: Iterable[Patient], *, at: datetime) -> Shown:
    """Beds and units that show these people, and the beds of those who may be taken for them."""
    beds: set[int | None] = set()
    units: set[int | None] = set()
    for patient in people:
        here = patients.shown_at(patient, at=at)
        beds |= {*here["beds"], *homonyms.beds_of(patient, unit_ids=here["units"], at=at)}
        units |= set(here["units"])
    return beds, units


def _announce(people: Iterable[Patient], before: Shown, *, at: datetime) -> None:
    beds, units = _shown(people, at=at)
    events.board_changed(beds=before[0] | beds, units=before[1] | units, at=at)
