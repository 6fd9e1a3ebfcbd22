"""What is asked of the journal."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from amh.core import dates
from amh.core.models import AccessKind
from amh.core.roles import Role
from patients.models import ExceptionalAccess, Patient
from patients.queries.traces import Wish
from wards.models import Unit

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
EVERY = [("", _("Toutes"))]


class Period(forms.Form):
    """From a day to another, both included."""

    du = forms.DateField(label=_("Du"), required=False, widget=DAY)
    au = forms.DateField(label=_("Au"), required=False, widget=DAY)

    def clean(self) -> dict[str, Any]:
        """Refuse a day that nobody can mean, and a period that ends before it begins."""
        said = super().clean() or {}
        for name in ("du", "au"):
            if said.get(name) and not dates.plausible(said[name]):
                raise ValidationError({name: _now("Cette date est trop lointaine.")})
        if said.get("du") and said.get("au") and said["au"] < said["du"]:
            raise ValidationError({"au": _now("La période se termine avant de commencer.")})
        return said

    @property
    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """The first moment of the period and the first after it, on the site's clock."""
        first, last = self.cleaned_data["du"], self.cleaned_data["au"]
        return _midnight(first), _midnight(last and last + timedelta(days=1))


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


class JournalForm(Period):
    """Which readings are shown. A patient is named by the number of the record, never by name: addresses are kept."""

    patient = forms.ModelChoiceField(Patient.objects.all(), required=False, widget=forms.HiddenInput)
    acces = forms.ModelChoiceField(ExceptionalAccess.objects.all(), required=False, widget=forms.HiddenInput)
    personne = forms.CharField(label=_("Professionnel"), required=False, max_length=80)
    role = forms.ChoiceField(label=_("Rôle"), required=False, choices=[("", _("Tous")), *Role.choices])
    unite = forms.ModelChoiceField(Unit.objects.all(), label=_("Unité"), required=False, empty_label=_("Toutes"))
    nature = forms.ChoiceField(label=_("Nature"), required=False, choices=[*EVERY, *AccessKind.choices])
    exceptionnel = forms.BooleanField(label=_("Accès exceptionnels seulement"), required=False)

    field_order = ["patient", "acces", "du", "au", "personne", "role", "unite", "nature", "exceptionnel"]

    @property
    def asked(self) -> set[str]:
        """The names of the filters that are set: what the trace of this reading keeps of them."""
        return {name for name in self.fields if self.data.get(name)}

    def wish(self) -> Wish:
        """What was asked, once it is valid."""
        said = self.cleaned_data
        since, until = self.bounds
        return Wish(
            patient=said["patient"],
            person=said["personne"],
            role=said["role"],
            unit=said["unite"],
            since=since,
            until=until,
            kind=said["nature"],
            exceptional=said["exceptionnel"],
            access=said["acces"],
        )


class FindForm(forms.Form):
    """Whom the journal is asked about."""

    text = forms.CharField(label=_("IPP, ou mots du nom"), min_length=2, max_length=80)


class ReportForm(Period):
    """For which time, and in what form, a patient is told who opened their record."""

    format = forms.ChoiceField(
        label=_("Format"),
        choices=[("pdf", _("PDF, à remettre au patient")), ("csv", _("tableau (CSV)"))],
        initial="pdf",
        widget=forms.RadioSelect,
    )
