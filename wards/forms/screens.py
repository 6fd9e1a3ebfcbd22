"""What an administrator says of a wall screen, and what is typed in front of it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wards.models import Theme, Unit


class UnitsField(forms.ModelMultipleChoiceField):
    """Units by name, with the code by which the screen calls them."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, unit: Unit) -> str:
        """Name and code."""
        return f"{unit.name} ({unit.code})"


class ScreenForm(forms.Form):
    """A wall screen; the rules say what cannot be, each beside its field."""

    use_required_attribute = False
    name = forms.CharField(label=_("Où il se trouve"), help_text=_("Par exemple : Cellule de gestion des lits."))
    units = UnitsField(
        label=_("Unités montrées"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("Rien de coché : toutes les unités. L’écran les nomme par leur code."),
    )
    theme = forms.ChoiceField(label=_("Aspect"), choices=Theme.choices, initial=Theme.AUTO)
    page_seconds = forms.IntegerField(
        label=_("Durée d’une page, en secondes"),
        initial=20,
        help_text=_("Quand tout ne tient pas à l’écran, les pages défilent."),
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]


class InstallForm(forms.Form):
    """The code that makes a browser a wall screen."""

    use_required_attribute = False
    code = forms.CharField(
        label=_("Code d’installation"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "autofocus": True}
        ),
        help_text=_("8 signes, donnés par l’administrateur. Majuscules et espaces ne comptent pas."),
    )
