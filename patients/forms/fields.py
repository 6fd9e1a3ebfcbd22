"""Fields that forms about patients share."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amh.core import dates, phones
from amh.core.errors import Invalid
from patients.models import Patient, Stay
from patients.queries import records

TYPED_DATE = re.compile(r"(?:(?:(\d{1,2})[/. -])?(\d{1,2})[/. -])?(\d{4})")


class PhoneInput(forms.TextInput):
    """The keyboard of a phone."""

    input_type = "tel"


class PhoneField(forms.CharField):
    """A telephone number: typed and shown as people dial it, stored in E.164."""

    widget = PhoneInput

    def __init__(self, **kwargs: Any) -> None:
        known: dict[str, Any] = {"required": False, "max_length": 30}
        super().__init__(**known | kwargs)

    def to_python(self, value: Any) -> str:
        """The number as it is stored. Raises ``ValidationError`` for what is no number."""
        try:
            return phones.stored(super().to_python(value) or "")
        except Invalid as refusal:
            raise forms.ValidationError(refusal.sentence, code=refusal.code) from refusal

    def prepare_value(self, value: Any) -> Any:
        """A stored number as it is dialled; what was typed stays as it is."""
        return phones.shown(value) if isinstance(value, str) and value.startswith("+") else value


class PartialDateField(forms.CharField):
    """A birth date that may lack its day or month: 12/03/1958, 03/1958, 1958; stored as 1958-03-12, 1958-03, 1958."""

    def __init__(self, **kwargs: Any) -> None:
        known: dict[str, Any] = {"required": False, "max_length": 10, "help_text": _("JJ/MM/AAAA, MM/AAAA ou AAAA.")}
        super().__init__(**known | kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "placeholder": "12/03/1958"}

    def to_python(self, value: Any) -> str:
        """The date as it is stored. Raises ``ValidationError`` for one that is none or does not exist."""
        typed = super().to_python(value)
        if not typed:
            return ""
        found = TYPED_DATE.fullmatch(typed)
        if found is None:
            raise forms.ValidationError(_("Écrire la date ainsi : 12/03/1958, 03/1958 ou 1958."), code="invalid")
        day, month, year = (int(part) if part else None for part in found.groups())
        try:
            date(year or 0, month or 1, day or 1)
        except ValueError as error:
            raise forms.ValidationError(_("Cette date de naissance n’existe pas."), code="bad_date") from error
        return "-".join([f"{year:04}", *(f"{part:02}" for part in (month, day) if part)])

    def prepare_value(self, value: Any) -> Any:
        """A stored date as people read it; what was typed stays as it is."""
        stored = isinstance(value, str) and re.fullmatch(r"\d{4}(-\d{2}){1,2}", value)
        return dates.birth(value) if stored else value


class StayField(forms.ModelChoiceField):
    """One of the stays of a patient; the newest is offered first."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Stay.objects.none(), **{"empty_label": _("Choisir…")} | kwargs)

    def offer(self, patient: Patient) -> None:
        """Offer the stays of this patient."""
        self.queryset = records.stays(patient)

    def label_from_instance(self, obj: Stay) -> str:
        """Where and when."""
        return records.words(obj)
