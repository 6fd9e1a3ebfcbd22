"""A period of days, as a person says it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from amh.core import dates

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PeriodForm(forms.Form):
    """From a day to another, both included; either may be left open."""

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
