"""What an administrator hands over."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from wards.models import Calendar

LONGEST_SILENCE = 7 * 24 * 60
LARGEST = 5 * 1024 * 1024
"""Bytes: fifty thousand beds."""


class StructureForm(forms.Form):
    """A file that describes units, rooms and beds."""

    use_required_attribute = False
    file = forms.FileField(
        label=_("Fichier"), allow_empty_file=True, help_text=_("Tableur enregistré en CSV, ou message HL7 MFN^M05.")
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what no hospital could fill."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("Ce fichier dépasse 5 Mo."), code="too_large")
        return file


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
