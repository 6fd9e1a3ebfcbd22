"""Who is around a patient."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.forms.fields import PhoneField, StayField
from patients.models import ContactRole, Patient


class ContactForm(forms.Form):
    """A person, what they are for the patient, how they are reached."""

    use_required_attribute = False

    role = forms.ChoiceField(label=_("Qualité"), choices=ContactRole.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Nom et prénom"), max_length=160)
    relationship = forms.CharField(
        label=_("Lien"), required=False, max_length=60, help_text=_("Par exemple : fille, voisin, tutrice.")
    )
    phone = PhoneField(label=_("Téléphone"))
    other_phone = PhoneField(label=_("Autre téléphone"))
    email = forms.EmailField(label=_("Adresse électronique"), required=False)
    stay = StayField(
        label=_("Séjour"), required=False, help_text=_("Une personne de confiance est désignée pour un séjour.")
    )
    note = forms.CharField(
        label=_("Remarque"), required=False, max_length=200, help_text=_("Horaires, langue. Rien de médical.")
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("StayField", self.fields["stay"]).offer(patient)
