"""Numbers of a patient, what looks wrong about an identity, and why a name is hidden."""

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import Protection
from patients.rules.identities import GIVEN_TYPES, Anomaly


class IdentifierForm(forms.Form):
    """A number by which some system knows the patient; the INS only ever comes from its own service."""

    type_ = forms.ChoiceField(label=_("Nature"), choices=GIVEN_TYPES)
    domain = forms.CharField(
        label=_("Domaine"), max_length=120, required=False, help_text=_("Établissement ou logiciel qui l’a donné.")
    )
    value = forms.CharField(
        label=_("Numéro"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )


class AnomalyForm(forms.Form):
    """What does not fit."""

    anomaly = forms.ChoiceField(label=_("Ce qui ne va pas"), choices=Anomaly.choices, widget=forms.RadioSelect)


class ProtectionForm(forms.Form):
    """Why the name is shown to nobody."""

    protection = forms.ChoiceField(label=_("Motif"), choices=Protection.choices, widget=forms.RadioSelect)
