"""Who somebody is, and whom one looks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.forms.fields import PartialDateField, PhoneField
from patients.models import Sex

LETTERS = 3
"""Letters of a name that a search takes: more would not find who is spelt otherwise (ID-9)."""


class SearchForm(forms.Form):
    """The birth date first, then a few letters; or a number."""

    use_required_attribute = False

    birth_date = PartialDateField(label=_("Date de naissance"))
    name = forms.CharField(
        label=_("Nom"), required=False, max_length=LETTERS, help_text=_("1 à 3 premières lettres, naissance ou usage.")
    )
    first_name = forms.CharField(
        label=_("Prénom"), required=False, max_length=LETTERS, help_text=_("1 à 3 premières lettres.")
    )
    number = forms.CharField(label=_("ou IPP, NDA"), required=False, max_length=80, help_text=_("Numéro entier."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean(self) -> dict[str, Any]:
        """Something must be looked for; letters alone find those whose birth date is unknown."""
        found = super().clean() or {}
        if not self.errors and not any(found.values()):
            raise forms.ValidationError(_("Indiquer la date de naissance, ou un numéro."), code="required")
        return found


class TraitsForm(forms.Form):
    """The traits of identity: strict ones first (ID-2), then those by which somebody is called and reached."""

    use_required_attribute = False

    birth_name = forms.CharField(label=_("Nom de naissance"), max_length=120)
    first_names = forms.CharField(label=_("Prénoms de naissance"), required=False, max_length=120)
    birth_date = PartialDateField(label=_("Date de naissance"))
    sex = forms.ChoiceField(label=_("Sexe"), choices=Sex.choices, widget=forms.RadioSelect)
    birth_place = forms.CharField(
        label=_("Lieu de naissance"), required=False, max_length=5, help_text=_("Code INSEE de la commune ou du pays.")
    )
    used_name = forms.CharField(label=_("Nom utilisé"), required=False, max_length=120)
    used_first_name = forms.CharField(label=_("Prénom utilisé"), required=False, max_length=120)
    mobile = PhoneField(label=_("Portable"))
    phone = PhoneField(label=_("Téléphone"))
    email = forms.EmailField(label=_("Adresse électronique"), required=False)
    address = forms.CharField(label=_("Adresse"), required=False, max_length=300)
