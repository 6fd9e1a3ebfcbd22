from datetime import UTC, datetime

import pytest

from amh.interop.hl7 import timestamps


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("20260305091500", datetime(2026, 3, 5, 8, 15, tzinfo=UTC)),
        ("202607050915", datetime(2026, 7, 5, 7, 15, tzinfo=UTC)),
        ("2026030509", datetime(2026, 3, 5, 8, tzinfo=UTC)),
        ("20260305", datetime(2026, 3, 4, 23, tzinfo=UTC)),
        ("20260305091500.1234+0000", datetime(2026, 3, 5, 9, 15, 0, 123400, tzinfo=UTC)),
        ("202603050915-0500", datetime(2026, 3, 5, 14, 15, tzinfo=UTC)),
        ("2026-04-19 10:00:00", datetime(2026, 4, 19, 8, tzinfo=UTC)),
        ("2026-01-15T14:30:00", datetime(2026, 1, 15, 13, 30, tzinfo=UTC)),
        ("2026-01-15T14:30Z", datetime(2026, 1, 15, 14, 30, tzinfo=UTC)),
        ("2026-01-15T14:30:00.5+01:00", datetime(2026, 1, 15, 13, 30, 0, 500000, tzinfo=UTC)),
    ],
)
def test_instants(text, instant):
    assert timestamps.read(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "202603",
        "20261305",
        "20260230",
        "2026030525",
        "01/15/2026 14:30",
        "15/01/2026",
        "00010101",
        "demain",
    ],
)
def test_what_is_not_guessed(text):
    assert timestamps.read(text) is None


@pytest.mark.parametrize(("text", "day"), [("20260305", True), ("2026-03-05", True), ("2026030509", False)])
def test_a_day_without_an_hour(text, day):
    assert timestamps.is_day(text) is day


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("19800614", "1980-06-14"),
        ("1980-06-14", "1980-06-14"),
        ("19800614013000+0200", "1980-06-14"),
        ("19800600", "1980-06"),
        ("19800000", "1980"),
        ("19800015", "1980"),
        ("198006", "1980-06"),
        ("1980", "1980"),
        ("", ""),
        ("00000000", ""),
        ("19800231", None),
        ("19801301", None),
        ("14/06/1980", None),
        ("inconnue", None),
        ("12000101", None),
    ],
)
def test_birth_dates_stop_before_what_is_unknown(text, date):
    assert timestamps.birth_date(text) == date
