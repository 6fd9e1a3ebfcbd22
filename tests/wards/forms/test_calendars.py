from datetime import time

import pytest
from django.core.exceptions import ValidationError

from wards.forms.calendars import ExceptionForm, HoursForm, SpansField, written
from wards.weeks import WHOLE_DAY, Span

OFFICE = [Span(time(8), time(12)), Span(time(13, 30), time(17))]


@pytest.mark.parametrize(
    "typed",
    [
        "08:00-12:00, 13:30-17:00",
        "8h-12h, 13h30-17h",
        "8-12 ; 13.30–17",
        " 8h à 12h et 13h30 à 17h ",
        "8H00-12H00+13H30-17H00",
    ],
)
def test_hours_are_read_as_people_write_them(typed):
    assert SpansField().clean(typed) == OFFICE


@pytest.mark.parametrize(
    ("typed", "spans"), [("", []), (" , ", []), ("0-24", [WHOLE_DAY]), ("00:00-00:00", [WHOLE_DAY])]
)
def test_nothing_and_everything(typed, spans):
    assert SpansField().clean(typed) == spans


@pytest.mark.parametrize(
    "typed", ["8", "8-", "25-26", "8:60-9", "08:00-24:30", "matin", "8-12 13-17", "<script>", "24-25"]
)
def test_what_cannot_be_read_is_quoted(typed):
    with pytest.raises(ValidationError, match="ne se lit pas"):
        SpansField().clean(typed)


def test_a_field_that_is_too_long_is_refused():
    with pytest.raises(ValidationError):
        SpansField().clean("8-12," * 100)


def test_a_week_is_shown_as_it_is_read():
    week = [OFFICE, [WHOLE_DAY], *[[]] * 5]
    form = HoursForm(week=week)
    assert 'value="08:00-12:00, 13:30-17:00"' in str(form["day_0"])
    assert 'value="00:00-24:00"' in str(form["day_1"])
    said = {f"day_{day}": written(spans) for day, spans in enumerate(week)}
    form = HoursForm(said, week=[[]] * 7)
    assert form.is_valid()
    assert form.hours() == dict(enumerate(week))


def test_what_was_typed_wrongly_stays_in_its_field():
    form = HoursForm({"day_0": "8-12 et demi"}, week=[[]] * 7)
    assert not form.is_valid()
    assert 'value="8-12 et demi"' in str(form["day_0"])
    assert list(form.errors) == ["day_0"]


@pytest.mark.parametrize(("said", "is_open"), [("closed", False), ("open", True)])
def test_days_are_closed_or_open(said, is_open):
    form = ExceptionForm({"first_day": "2026-12-24", "last_day": "24/12/2026", "is_open": said})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["is_open"] is is_open
    assert form.cleaned_data["opens"] is None


@pytest.mark.parametrize(
    "wrong", [{"is_open": "maybe"}, {"first_day": "2026-02-30"}, {"opens": "25:00"}, {"reason": "x" * 121}]
)
def test_what_makes_no_exception(wrong):
    form = ExceptionForm({"first_day": "2026-12-24", "last_day": "2026-12-24", "is_open": "open"} | wrong)
    assert list(form.errors) == list(wrong)
