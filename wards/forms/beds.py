"""What an administrator types about a bed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from amh.core.fields import OfferedField
from wards.models import BedKind


class BedForm(forms.Form):
    """A bed of a room."""

    use_required_attribute = False
    label = forms.CharField(
        label=_("Repère"), required=False, help_text=_("F, P, 1… Vide quand la chambre n’a qu’un lit.")
    )
    kind = forms.ChoiceField(label=_("Type"), choices=BedKind.choices)


class BedChangeForm(BedForm):
    """A bed that is there, and its room."""

    room = OfferedField(
        label=_("Chambre"), help_text=_("Un lit ne change de chambre ou de type que vide et promis à personne.")
    )


class SameBedForm(forms.Form):
    """Which described bed a name from a message means."""

    use_required_attribute = False
    same_as = OfferedField(label=_("C’est le lit"))
