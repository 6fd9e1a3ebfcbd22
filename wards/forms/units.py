"""What an administrator types about a unit."""

import re
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from amh.core.fields import MomentField, MomentForm, OfferedField
from wards.actions.units import Description
from wards.models import Calendar, Unit, UnitKind


class UnitForm(forms.Form):
    """A unit; the rules say what cannot be, each beside its field."""

    use_required_attribute = False
    code = forms.CharField(label=_("Code"), help_text=_("Court et unique, par exemple MED."))
    name = forms.CharField(label=_("Nom"))
    kind = forms.ChoiceField(label=_("Type"), choices=UnitKind.choices)
    phone = forms.CharField(label=_("Téléphone"), required=False)
    calendar = forms.ModelChoiceField(
        label=_("Calendrier d’ouverture"),
        queryset=Calendar.objects.all(),
        required=False,
        empty_label=_("Toujours ouverte"),
    )
    functional_units = forms.CharField(
        label=_("Codes d’UF"),
        required=False,
        help_text=_("Codes par lesquels les autres logiciels la nomment, séparés par des espaces."),
    )
    position = forms.IntegerField(
        label=_("Rang d’affichage"),
        required=False,
        help_text=_("Le plus petit vient d’abord. Vide : après les autres."),
    )

    def clean_functional_units(self) -> list[str]:
        """Each code by itself."""
        return [code for code in re.split(r"[\s,;]+", self.cleaned_data["functional_units"]) if code]

    def said(self) -> Description:
        """What was typed, as the act takes it."""
        return cast("Description", self.cleaned_data)


def described(unit: Unit) -> dict[str, Any]:
    """What a form shows of a unit that is there."""
    fields = ("code", "name", "kind", "phone", "calendar", "position")
    codes = unit.functional_units.values_list("code", flat=True)
    return {name: getattr(unit, name) for name in fields} | {"functional_units": " ".join(codes)}


class RetireForm(MomentForm):
    """From when a place is out of service."""

    until = MomentField(
        ahead=True, label=_("Hors service à partir du"), required=False, help_text=_("Vide : dès maintenant.")
    )


class SameUnitForm(forms.Form):
    """Which described unit a name from a message means."""

    use_required_attribute = False
    same_as = OfferedField(label=_("C’est l’unité"))
