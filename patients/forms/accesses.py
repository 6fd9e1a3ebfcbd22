"""What a person says to open a record that is closed to them, and what the one who reviews it finds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import AccessReason, ReviewOutcome
from patients.rules.accesses import LONGEST, SHORTEST

CHOOSE = [("", _("Choisir…"))]


class AskForm(forms.Form):
    """Why a record must be opened."""

    reason = forms.ChoiceField(label=_("Motif"), choices=[*CHOOSE, *AccessReason.choices])
    explanation = forms.CharField(
        label=_("Explication"),
        min_length=SHORTEST,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Lue par le délégué à la protection des données. Pas de détail médical."),
    )


class AskByNumberForm(AskForm):
    """The same, for the patient who bears an IPP."""

    number = forms.CharField(label=_("IPP du patient"), max_length=80)

    field_order = ["number", "reason", "explanation"]


class ReviewForm(forms.Form):
    """What was found of an exceptional access."""

    outcome = forms.ChoiceField(label=_("Conclusion"), choices=ReviewOutcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Remarque"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Nécessaire si l’accès n’est pas justifié : il se termine alors aussitôt."),
    )
