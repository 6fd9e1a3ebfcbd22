"""What an administrator types about opening hours."""

import re
from collections.abc import Iterable, Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from amh.core.accounts import DEVICES
from amh.core.roles import Role
from wards.models import Calendar, Weekday
from wards.weeks import MIDNIGHT, Span

HOUR = r"(\d{1,2})\s*(?:[:hH.]\s*(\d{2})?)?"
SPAN = re.compile(rf"\s*{HOUR}\s*(?:-|–|à)\s*{HOUR}\s*")
LONGEST = 200
BETWEEN = re.compile(r"[,;+]|\bet\b")


class DayInput(forms.DateInput):
    """The browser's own control for a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class HourInput(forms.TimeInput):
    """The browser's own control for an hour."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class SpansField(forms.Field):
    """The open spans of a day, as people write them: « 08:00-12:00, 13:30-17:00 », « 8h-12h et 13h30-17h »."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> list[Span]:
        """The spans, in order; none for an empty field."""
        text = str(value or "")
        if len(text) > LONGEST:
            raise self._unreadable(f"{text[:20]}…")
        return [self._span(part) for part in BETWEEN.split(text) if part.strip()]

    def _span(self, part: str) -> Span:
        found = SPAN.fullmatch(part)
        if found is None:
            raise self._unreadable(part)
        opens_hour, opens_minute, closes_hour, closes_minute = (int(number or 0) for number in found.groups())
        try:
            closes = MIDNIGHT if (closes_hour, closes_minute) == (24, 0) else time(closes_hour, closes_minute)
            return Span(time(opens_hour, opens_minute), closes)
        except ValueError as error:
            raise self._unreadable(part) from error

    def _unreadable(self, part: str) -> forms.ValidationError:
        sentence = _now("« %s » ne se lit pas. Écrire par exemple : 08:00-12:00, 13:30-17:00.") % part.strip()
        return forms.ValidationError(sentence, code="invalid")

    def prepare_value(self, value: Any) -> Any:
        """Write spans as they are read; what was typed stays as it was typed."""
        return value if isinstance(value, str) or value is None else written(value)


def written(spans: Iterable[Span]) -> str:
    """Spans as the field reads them."""
    return ", ".join(
        f"{one.opens:%H:%M}-{'24:00' if one.closes == MIDNIGHT else f'{one.closes:%H:%M}'}" for one in spans
    )


class CalendarForm(forms.Form):
    """What a calendar is called, and whether holidays close it."""

    use_required_attribute = False
    name = forms.CharField(label=_("Nom"), max_length=80, help_text=_("Par exemple : Hôpital de semaine."))
    closed_on_holidays = forms.BooleanField(label=_("Fermé les jours fériés"), required=False, initial=True)


class HoursForm(forms.Form):
    """The spans of each day of the week."""

    def __init__(self, *args: Any, week: Sequence[Sequence[Span]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in Weekday:
            self.fields[f"day_{day.value}"] = SpansField(label=day.label.capitalize(), initial=week[day.value])
        self.fields["day_0"].help_text = _("Vide : fermé. Plusieurs plages : 08:00-12:00, 13:30-17:00.")

    def hours(self) -> dict[int, list[Span]]:
        """What was typed, by weekday."""
        return {day.value: self.cleaned_data[f"day_{day.value}"] for day in Weekday}


class ExceptionForm(forms.Form):
    """Days that do not follow the week."""

    use_required_attribute = False
    first_day = forms.DateField(label=_("Du"), widget=DayInput)
    last_day = forms.DateField(label=_("Au"), widget=DayInput)
    is_open = forms.TypedChoiceField(
        label=_("Ces jours-là"),
        choices=[("closed", _("fermé")), ("open", _("ouvert"))],
        coerce=lambda said: said == "open",
        widget=forms.RadioSelect,
        initial="closed",
    )
    opens = forms.TimeField(
        label=_("Ouvre à"), required=False, widget=HourInput, help_text=_("Vide : aux heures habituelles de ce jour.")
    )
    closes = forms.TimeField(label=_("Ferme à"), required=False, widget=HourInput)
    reason = forms.CharField(label=_("Motif"), max_length=120, required=False)


class WorkingTimeForm(forms.Form):
    """In which calendar a trade works."""

    use_required_attribute = False
    role = forms.ChoiceField(
        label=_("Métier"), choices=[("", _("Choisir…")), *(one for one in Role.choices if one[0] not in DEVICES)]
    )
    calendar = forms.TypedChoiceField(label=_("Calendrier"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, calendars: Iterable[Calendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("toujours")), *((one.pk, one.name) for one in calendars)]
        self.fields["calendar"].choices = choices  # type: ignore[attr-defined]
