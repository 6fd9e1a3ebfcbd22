"""What an administrator types about a room."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RoomForm(forms.Form):
    """A room of a unit."""

    use_required_attribute = False
    label = forms.CharField(label=_("Numéro"))
    shielded = forms.BooleanField(
        label=_("Chambre plombée"), required=False, help_text=_("Elle peut recevoir des sources radioactives.")
    )
