from datetime import UTC, datetime, timedelta

import pytest

from amh.interop.hl7 import timestamps

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)


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
    assert timestamps.read(text, received_at=NOW) == instant


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
    assert timestamps.read(text, received_at=NOW) is None


SUMMER_0220, WINTER_0220 = datetime(2026, 10, 25, 0, 20, tzinfo=UTC), datetime(2026, 10, 25, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("received_at", "instant"),
    [
        (SUMMER_0220 + timedelta(minutes=1), SUMMER_0220),
        (WINTER_0220 - timedelta(minutes=20), SUMMER_0220),
        (WINTER_0220 - timedelta(seconds=2), WINTER_0220),
        (WINTER_0220 + timedelta(minutes=1), WINTER_0220),
        (WINTER_0220 + timedelta(days=2), WINTER_0220),
        (SUMMER_0220 - timedelta(days=30), SUMMER_0220),
    ],
)
def test_in_the_hour_that_comes_twice_the_reading_is_the_last_one_reached(received_at, instant):
    assert timestamps.read("20261025022000", received_at=received_at) == instant


def test_a_written_zone_settles_the_hour_that_comes_twice():
    received = WINTER_0220 + timedelta(hours=5)

    assert timestamps.read("20261025022000+0200", received_at=received) == SUMMER_0220
    assert timestamps.read("20261025022000+0100", received_at=received) == WINTER_0220


@pytest.mark.parametrize("days", [-30, 0, 2])
def test_the_hour_that_spring_leaves_out_is_read_as_the_next_one(days):
    received = datetime(2026, 3, 29, 1, 21, tzinfo=UTC) + timedelta(days=days)

    assert timestamps.read("20260329022000", received_at=received) == datetime(2026, 3, 29, 1, 20, tzinfo=UTC)


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
