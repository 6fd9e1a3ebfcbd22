"""What must be known of a person before acting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.rules.flags import DEMANDS


class FlagForm(forms.Form):
    """What goes with a signalement: only what its nature asks for."""

    use_required_attribute = False

    detail = forms.CharField(max_length=200)
    to_tell = forms.CharField(max_length=200, help_text=_("Nom et téléphone."))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        demand = DEMANDS[kind]
        asked = {"detail": (demand.detail, demand.detail_needed), "to_tell": (demand.to_tell, demand.to_tell_needed)}
        for name, (label, needed) in asked.items():
            if label:
                self.fields[name].label, self.fields[name].required = str(label), needed
            else:
                del self.fields[name]
