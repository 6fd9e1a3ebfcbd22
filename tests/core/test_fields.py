from datetime import UTC, datetime

import pytest
from django import forms
from django.urls import get_resolver

from amh.core.fields import MomentField, MomentForm

FIRST = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
SECOND = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
"""The two moments at which the ward's clock shows 02:30 on that night."""
TYPED = "2026-10-25T02:30"


class Form(MomentForm):
    at = MomentField(required=False)
    planned_at = MomentField(ahead=True, required=False)


@pytest.mark.parametrize(
    ("now", "meant"),
    [
        (datetime(2026, 10, 25, 0, 10, tzinfo=UTC), FIRST),  # still to come, as a clock that runs ahead types it
        (datetime(2026, 10, 25, 0, 30, 20, tzinfo=UTC), FIRST),
        (datetime(2026, 10, 25, 1, 29, tzinfo=UTC), FIRST),
        (datetime(2026, 10, 25, 1, 30, 20, tzinfo=UTC), SECOND),
        (datetime(2026, 10, 25, 6, 0, tzinfo=UTC), SECOND),
    ],
)
def test_what_happened_in_the_hour_that_comes_twice_was_at_the_later_that_is_over(now, meant):
    form = Form({"at": TYPED}, now=now)
    assert form.is_valid()
    assert form.cleaned_data["at"] == meant


@pytest.mark.parametrize(
    ("now", "meant"),
    [
        (datetime(2026, 10, 24, 20, 0, tzinfo=UTC), FIRST),
        (datetime(2026, 10, 25, 0, 30, 20, tzinfo=UTC), FIRST),
        (datetime(2026, 10, 25, 0, 31, tzinfo=UTC), SECOND),
        (datetime(2026, 10, 25, 1, 10, tzinfo=UTC), SECOND),
    ],
)
def test_what_is_planned_for_it_will_be_at_the_earlier_that_is_to_come(now, meant):
    form = Form({"planned_at": TYPED}, now=now)
    assert form.is_valid()
    assert form.cleaned_data["planned_at"] == meant


@pytest.mark.parametrize("typed", ["2026-03-29T02:30", "0001-01-01T00:00", "25/10/2026 25:00", "demain"])
def test_an_hour_that_is_none_is_refused(typed):
    assert not Form({"at": typed}, now=SECOND).is_valid()


def test_a_moment_is_typed_only_where_the_hour_is_known():
    assert get_resolver().url_patterns, "every form is loaded with its view"
    astray = [
        form.__qualname__
        for form in _below(forms.Form)
        if any(isinstance(field, MomentField) for field in form.base_fields.values())
        and not issubclass(form, MomentForm)
    ]
    assert astray == [], "Let the form be a MomentForm: it needs `now` in the hour that comes twice."


def _below(kind):
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
