"""A file that is added to a record."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.forms.fields import StayField
from patients.models import DocumentKind, Patient


class PdfField(forms.FileField):
    """A PDF, which its rule reads."""

    widget = forms.FileInput

    def __init__(self) -> None:
        super().__init__(
            label=_("Fichier PDF"),
            allow_empty_file=True,
            error_messages={"required": _("Choisir un fichier PDF, de moins de 64 Mo.")},
        )
        self.widget.attrs["accept"] = "application/pdf"


class ReplaceForm(forms.Form):
    """The file of a new version."""

    use_required_attribute = False

    file = PdfField()


class DocumentForm(ReplaceForm):
    """The file and what it is."""

    kind = forms.ChoiceField(label=_("Nature"), choices=[("", _("Choisir…")), *DocumentKind.choices])
    title = forms.CharField(
        label=_("Titre"), required=False, max_length=120, help_text=_("Si la nature ne suffit pas. Rien de médical.")
    )
    stay = StayField(label=_("Séjour"), required=False)
    withheld = forms.BooleanField(label=_("À ne pas remettre au patient avant l’annonce"), required=False)

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("StayField", self.fields["stay"]).offer(patient)
