"""People who may be taken for one another, as programs read them."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from amh.core import rules
from amh.core.models import User
from amh.core.roles import Permission
from patients.api.persons import PersonRow, masked
from patients.models import Patient
from patients.rules.homonyms import Namesake, Reason


class HomonymRow(serializers.Serializer[Any]):
    """Somebody close by with whom the patient may be confused, and why; masked where the reader may not know them."""

    patient = PersonRow(read_only=True)
    unit = serializers.IntegerField(read_only=True)
    bed = serializers.IntegerField(read_only=True, allow_null=True)
    reasons = serializers.ListField(child=serializers.ChoiceField(choices=Reason.choices), read_only=True)


def rows(found: Sequence[Namesake], *, to: User) -> list[dict[str, Any]]:
    """The homonyms as ``to`` may know them, unit by unit. One query."""
    people = Patient.objects.in_bulk([one.person.patient_id for one in found])
    return [_row(one, people[one.person.patient_id], to=to) for one in found]


def _row(one: Namesake, patient: Patient, *, to: User) -> dict[str, Any]:
    shown = PersonRow(patient).data
    known = rules.may(to, Permission.VIEW_PATIENT, unit_id=one.person.unit_id) and not one.person.hidden
    place = {"unit": one.person.unit_id, "bed": one.person.bed_id, "reasons": one.reasons}
    return {"patient": shown if known else masked(shown)} | place
