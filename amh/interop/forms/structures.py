"""What an administrator hands over."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

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
