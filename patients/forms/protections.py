"""Why a stay is hidden."""

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import Protection


class ProtectForm(forms.Form):
    """Why nobody is to see the name of this patient."""

    protection = forms.ChoiceField(label=_("Motif"), choices=Protection.choices, widget=forms.RadioSelect)
