from datetime import date, time

import pytest

from tests.factories.clocks import paris
from wards.models import CalendarException
from wards.openings import DayPreview, Preview, days_to_come, preview
from wards.weeks import ALWAYS, Exceptional, Span, Week

MORNING = Span(time(8), time(12))
OFFICE = Week(hours=((MORNING,),) * 5 + ((),) * 2, closed_on_holidays=True)


@pytest.mark.parametrize(
    ("week", "is_open", "words"),
    [
        (OFFICE, True, "ouvert jusqu’à 12:00"),
        (ALWAYS, True, "toujours ouvert"),
        (Week(hours=((),) * 7), False, "n’ouvre jamais"),
        (Week(hours=((), *((MORNING,),) * 6)), False, "fermé, ouvre le mar. 24 nov. à 08:00"),
    ],
)
def test_whether_it_is_open_and_when_that_changes(week, is_open, words):
    assert preview(week, paris("2026-11-23 09:00")) == Preview(is_open, words)


def test_each_day_to_come_says_why_it_differs():
    moving = CalendarException(first_day=date(2026, 12, 24), last_day=date(2026, 12, 24), reason="Déménagement")
    bare = CalendarException(first_day=date(2026, 12, 28), last_day=date(2026, 12, 29))
    spans = tuple(Exceptional(one.first_day, one.last_day, is_open=False) for one in (moving, bare))
    week = Week(OFFICE.hours, spans, closed_on_holidays=True)
    found = days_to_come(week, [moving, bare], date(2026, 12, 23), count=6)
    assert found[0] == DayPreview(date(2026, 12, 23), (MORNING,), "")
    assert [one.why for one in found] == ["", "Déménagement", "jour férié", "", "", "exception"]
    assert [bool(one.spans) for one in found] == [True, False, False, False, False, False]
