"""Which of two records goes on, and why they are one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class MergeForm(forms.Form):
    """``choices`` are the two records by id; ``contradicted`` asks to confirm what they say differently."""

    survivor = forms.TypedChoiceField(label=_("Dossier à conserver"), coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Motif"), max_length=200, help_text=_("Par exemple : doublon créé aux urgences, pièce contrôlée.")
    )
    confirmed = forms.BooleanField(
        label=_("C’est bien la même personne, malgré ce qui les oppose"), required=False, initial=False
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], contradicted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["survivor"].choices = choices  # type: ignore[attr-defined]
        if not contradicted:
            del self.fields["confirmed"]
