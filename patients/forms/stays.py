"""Whom one expects, where, when; who is responsible; why somebody does not come."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from amh.core.fields import Choices, MomentField, MomentForm, OfferedField
from patients.models import NoArrival, Practitioner, StayKind
from patients.queries import physicians
from wards.models import Unit, UnitKind

KINDS = {
    UnitKind.DAY_HOSPITAL: StayKind.DAY_HOSPITAL,
    UnitKind.DAY_SURGERY: StayKind.DAY_SURGERY,
    UnitKind.HOME_CARE: StayKind.HOME_CARE,
}
"""The kind of stay in units of these kinds, unless another one is said; elsewhere patients stay the night."""


class PreadmitForm(MomentForm):
    """Where and when a patient is expected, for what, by whom."""

    unit = OfferedField(label=_("Unité"))
    kind = forms.ChoiceField(
        label=_("Type de séjour"), required=False, choices=[("", _("Selon l’unité")), *StayKind.choices]
    )
    expected_at = MomentField(ahead=True, label=_("Arrivée prévue"))
    practitioner = OfferedField(
        label=_("Médecin responsable"),
        required=False,
        empty_value=None,
        help_text=_("Absent de la liste : le désigner ensuite, dans le dossier."),
    )

    def __init__(self, *args: Any, units: Callable[[], Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("unit", units), ("practitioner", physicians.choices)):
            cast("OfferedField", self.fields[name]).offer(choices, self.data.get(name))

    def clean_unit(self) -> Unit:
        """The unit that was chosen."""
        return _chosen(Unit.objects.filter(pk=self.cleaned_data["unit"]).first())

    def clean_practitioner(self) -> Practitioner | None:
        """The physician who was chosen, if any."""
        pk = self.cleaned_data["practitioner"]
        return None if pk is None else _chosen(Practitioner.objects.filter(pk=pk).first())

    def clean(self) -> dict[str, Any]:
        """The kind of the unit, unless another one was chosen."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if "unit" in said:
            said["kind"] = StayKind(said.get("kind") or KINDS.get(said["unit"].kind, StayKind.INPATIENT))
        return said


class RescheduleForm(MomentForm):
    """When a patient is expected, after all."""

    expected_at = MomentField(ahead=True, label=_("Arrivée prévue"))


class CancelForm(forms.Form):
    """Why a patient does not come."""

    use_required_attribute = False

    reason = forms.ChoiceField(label=_("Motif"), choices=NoArrival.choices, widget=forms.RadioSelect)


class PhysicianForm(forms.Form):
    """Who is responsible for a stay, found by words; nobody yet."""

    use_required_attribute = False

    words = forms.CharField(
        label=_("Chercher"), required=False, max_length=80, help_text=_("Nom, spécialité, commune ou RPPS.")
    )
    practitioner = forms.CharField(
        label=_("Médecin responsable"), required=False, widget=forms.Select(attrs={"size": 7})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = self.data.get("words", "")
        chosen = self.data.get("practitioner") or str(self.initial.get("practitioner") or "")
        self.fields["practitioner"].widget.choices = lambda: physicians.options(words, chosen=chosen)
        self.fields["words"].widget.attrs |= {
            "type": "search",
            "autocomplete": "off",
            "hx-get": reverse_lazy("patients:stays-physicians"),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#id_practitioner",
            "hx-sync": "this:replace",
        }

    def clean_practitioner(self) -> Practitioner | None:
        """The physician who was chosen, if any."""
        pk = self.cleaned_data["practitioner"]
        return _chosen(physicians.numbered(pk)) if pk else None


def _chosen(found: Any) -> Any:
    """What was chosen. Raises ``ValidationError`` when it is nothing that stands in the list."""
    if found is None:
        raise forms.ValidationError(_("Choisir dans la liste."), code="unknown")
    return found
