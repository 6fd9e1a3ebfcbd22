"""What the verbs on a stay are told: ``effective_at`` is when it happened (empty: now), ``reason`` why, in words."""

from typing import Any

from django.utils.translation import gettext as _now
from rest_framework import serializers

from amh.core.api.references import Reference, Scoped
from patients.models import Certainty, ExitMode, NoArrival, Patient, Practitioner, Stay, StayKind
from patients.rules.reconciliations import Answer
from wards.models import Bed, Unit

BEDS = Bed.objects.select_related("room__unit")


class When(serializers.Serializer[Any]):
    effective_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")


class NewStay(serializers.Serializer[Any]):
    patient = Scoped(Patient, among="patients")
    unit = Reference(queryset=Unit.objects.all())
    kind = serializers.ChoiceField(choices=StayKind.choices, default=StayKind.INPATIENT)
    expected_at = serializers.DateTimeField()
    practitioner = Reference(queryset=Practitioner.objects.all(), required=False, allow_null=True, default=None)


class Arrival(When):
    """Without a bed the patient arrives in the unit; without either, in the unit that expects them."""

    bed = Reference(queryset=BEDS, required=False, allow_null=True, default=None)
    unit = Reference(queryset=Unit.objects.all(), required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A bed says its unit: both at once could disagree."""
        if attrs["bed"] and attrs["unit"]:
            raise serializers.ValidationError({"unit": [_now("Donner le lit ou l’unité, pas les deux.")]})
        return attrs


class ToBed(When):
    bed = Reference(queryset=BEDS)


class ToUnit(When):
    unit = Reference(queryset=Unit.objects.all())
    expected_at = serializers.DateTimeField(required=False)


class Exit(When):
    mode = serializers.ChoiceField(choices=ExitMode.choices, allow_blank=True, default="")


class Absence(When):
    until = serializers.DateTimeField()


class Exchange(When):
    other = Scoped(Stay, among="stays")


class Settling(Exit):
    """``bed``: where the other patient is (``swapped``), or this one (``mistaken``)."""

    answer = serializers.ChoiceField(choices=Answer.choices)
    bed = Reference(queryset=BEDS, required=False, allow_null=True, default=None)


class Expectation(serializers.Serializer[Any]):
    """``expected_at`` null takes the expected discharge away."""

    expected_at = serializers.DateTimeField(allow_null=True)
    certainty = serializers.ChoiceField(choices=Certainty.choices, default=Certainty.POSSIBLE)
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")


class NewHour(serializers.Serializer[Any]):
    expected_at = serializers.DateTimeField()


class CallingOff(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=NoArrival.choices)


class Responsible(serializers.Serializer[Any]):
    """``practitioner`` null takes the name away."""

    practitioner = Reference(queryset=Practitioner.objects.all(), allow_null=True)


class Retiming(serializers.Serializer[Any]):
    effective_at = serializers.DateTimeField()
