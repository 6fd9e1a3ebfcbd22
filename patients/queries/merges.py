"""What hangs on a patient, whoever they were taken for before: the rows that a merge moves, the chain it leaves."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import cache

from django.apps import apps
from django.db.models import Exists, ForeignKey, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from patients.models import Merge, Patient, Placement
from patients.models.patients import Folded
from patients.models.placements import Forever
from patients.queries.placements import reaching

KEPT = frozenset(
    {
        "patients.merge.merged",
        "patients.merge.survivor",
        "patients.patientidentifier.origin",
    }
)
"""References that say which record it was, and so never move."""


@cache
def links() -> dict[str, ForeignKey[Patient, Patient]]:
    """The reference to a patient by which the rows of each model follow a merge, by the model's label.

    Found in the registry, so that a model of tomorrow follows too; the tables of history stay as they were written.
    """
    return {field.model._meta.label_lower: field for field in references() if str(field).lower() not in KEPT}  # noqa: SLF001 - Django documents _meta


def references() -> Iterator[ForeignKey[Patient, Patient]]:
    """Every reference to a patient that a model declares, those of the histories aside."""
    for model in apps.get_models(include_auto_created=True):
        fields = model._meta.concrete_fields  # noqa: SLF001
        if all(field.name != "pgh_label" for field in fields):
            yield from (one for one in fields if isinstance(one, ForeignKey) and one.related_model is Patient)


def rows(patient_id: int) -> dict[str, list[int]]:
    """Ids of the rows that hang on this record, by model; models without any are left out."""
    found = {label: _of(field.model, **{field.name: patient_id}) for label, field in links().items()}
    return {label: pks for label, pks in found.items() if pks}


def rows_of_stays(stay_ids: list[int]) -> dict[str, list[int]]:
    """Ids of the rows that hang both on a patient and on one of these stays: they are where their stay is."""
    both = {label: field.model for label, field in links().items() if _has_stay(field.model)}
    found = {label: _of(model, stay__in=stay_ids) for label, model in both.items()}
    return {label: pks for label, pks in found.items() if pks}


def _has_stay(model: type[Model]) -> bool:
    return any(field.name == "stay" for field in model._meta.concrete_fields)  # noqa: SLF001


def _of(model: type[Model], **filters: object) -> list[int]:
    rows = model._base_manager.filter(**filters)  # noqa: SLF001 - default managers may hide rows
    return list(rows.order_by("pk").values_list("pk", flat=True))


def contested(stay_ids: Collection[int], *, at: datetime) -> set[int]:
    """Those of the stays whose places may not be what they were: going on, to be confirmed, or at one time with another
    of them. The history of the others stands.
    """
    places = Placement.objects.filter(stay__in=stay_ids)
    end = Coalesce(OuterRef("ends_at"), Forever())
    lasting = Q(ends_at=None) | Q(ends_at__gt=OuterRef("starts_at"))
    meeting = places.exclude(stay=OuterRef("stay")).filter(lasting, starts_at__lt=end)
    moving = places.filter(reaching(at) | Q(to_confirm=True) | Exists(meeting))
    return set(moving.values_list("stay_id", flat=True))


def family(patient: Patient) -> frozenset[int]:
    """Ids of all the records of this person: the one that goes on and those merged into it. One query.

    Traces, acts and histories of the past bear the id that held then: ask for all of these.
    """
    head = Patient.objects.filter(pk=patient.pk).values(head=Coalesce("merged_into", "pk"))
    return frozenset(Patient.objects.filter(Q(pk__in=head) | Q(merged_into__in=head)).values_list("pk", flat=True))


def head(pk: int) -> int:
    """Id of the record that goes on for this one: its own, unless it was merged."""
    return Patient.objects.filter(pk=pk).values_list("merged_into", flat=True).first() or pk


def heads(records: QuerySet[Patient]) -> QuerySet[Patient]:
    """The records that go on for these: somebody is found by what a record that was merged says of them too."""
    return Patient.objects.filter(pk__in=records.values(head=Coalesce("merged_into", "pk")))


def formerly(words: Iterable[str]) -> frozenset[int]:
    """Ids of the records that go on for people of whom one that was merged holds every one of these words."""
    rows = Patient.objects.filter(merged_into__isnull=False, protected=False)
    for word in words:
        rows = rows.filter(search_key__contains=Folded(Value(word)))
    return frozenset(heads(rows).values_list("pk", flat=True))


def of(patient: Patient) -> QuerySet[Merge]:
    """The merges into this record or of it, undone ones too, the newest first."""
    rows = Merge.objects.filter(Q(survivor=patient) | Q(merged=patient))
    return rows.select_related("survivor", "merged", "entered_by", "undone_by").order_by("-entered_at", "-pk")


def below(rows: Collection[Merge]) -> frozenset[int]:
    """Ids of those of these merges on which a newer one stands, into their survivor or from it; one query."""
    records = {pk for row in rows for pk in (row.survivor_id, row.merged_id)}
    standing = list(Merge.objects.filter(Q(survivor__in=records) | Q(merged__in=records), undone_at=None))
    return frozenset(row.pk for row in rows if any(_is_on(newer, row) for newer in standing))


def _is_on(newer: Merge, merge: Merge) -> bool:
    same = newer.survivor_id in (merge.survivor_id, merge.merged_id) or newer.merged_id == merge.survivor_id
    return newer.pk > merge.pk and same
