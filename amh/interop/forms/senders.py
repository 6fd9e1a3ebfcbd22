"""What an administrator says of a system that talks to us."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wards.models import Calendar

LONGEST_SILENCE = 7 * 24 * 60
"""Minutes: a week."""


class SenderForm(forms.Form):
    """What people call a sender, and when its silence is news."""

    use_required_attribute = False
    name = forms.CharField(
        label=_("Nom d’usage"),
        max_length=80,
        required=False,
        help_text=_("Celui que le service connaît ; il est écrit sur le plan des lits. Vide : le code du logiciel."),
    )
    watched = forms.BooleanField(
        label=_("Signaler son silence"),
        required=False,
        help_text=_("Une barre sur le plan des lits, et un courriel aux administrateurs."),
    )
    silence_minutes = forms.IntegerField(
        label=_("Après, en minutes"),
        min_value=5,
        max_value=LONGEST_SILENCE,
        widget=forms.NumberInput(attrs={"min": 5, "max": LONGEST_SILENCE}),
        help_text=_("Le plus long silence normal, et un peu plus."),
    )
    calendar = forms.ModelChoiceField(
        label=_("Compter les heures de"),
        queryset=Calendar.objects.none(),
        required=False,
        empty_label=_("toutes les heures"),
        help_text=_("Un logiciel qui ne parle pas la nuit ni le dimanche suit un calendrier."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calendar"].queryset = Calendar.objects.order_by("name")  # type: ignore[attr-defined]
