"""Entries of the list of correspondents."""

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import AddressKind, Organisation, OrganisationKind, Profession


class OrganisationForm(forms.Form):
    """A structure."""

    use_required_attribute = False

    name = forms.CharField(label=_("Nom"), max_length=160)
    kind = forms.ChoiceField(label=_("Type"), choices=[("", _("Choisir…")), *OrganisationKind.choices])
    finess = forms.CharField(label=_("FINESS"), required=False, max_length=15, help_text=_("9 caractères."))
    city = forms.CharField(label=_("Commune"), required=False, max_length=80)


class PractitionerForm(forms.Form):
    """A professional."""

    use_required_attribute = False

    family_name = forms.CharField(label=_("Nom"), max_length=120)
    given_name = forms.CharField(label=_("Prénom"), required=False, max_length=120)
    profession = forms.ChoiceField(label=_("Profession"), choices=Profession.choices, initial=Profession.PHYSICIAN)
    rpps = forms.CharField(label=_("RPPS"), required=False, max_length=20, help_text=_("11 chiffres."))
    specialty = forms.CharField(label=_("Spécialité"), required=False, max_length=80)
    organisation = forms.ModelChoiceField(
        label=_("Structure"),
        required=False,
        queryset=Organisation.objects.all(),
        empty_label=_("aucune"),
    )


class AddressForm(forms.Form):
    """A way to reach a correspondent."""

    use_required_attribute = False

    kind = forms.ChoiceField(label=_("Nature"), choices=AddressKind.choices, widget=forms.RadioSelect)
    value = forms.CharField(label=_("Adresse ou numéro"), max_length=300)
