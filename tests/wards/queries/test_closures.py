from datetime import timedelta

import pytest

from patients.actions import beds, closures
from tests.expectations import counted
from tests.factories.clocks import NOW
from tests.factories.places import a_bed, a_unit
from wards.models import ClosureReason
from wards.queries.closures import lapsed

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def close(bed, *, until=None, at=NOW - 10 * HOUR, **said):
    return closures.close(beds=[bed], reason=ClosureReason.WORKS, until=until, by=None, at=at, **said)[0]


def test_a_closure_that_came_to_its_end_and_none_that_somebody_ended():
    unit = a_unit()
    ended, lifted, struck_out, lasting, other = a_bed(unit), a_bed(unit), a_bed(unit), a_bed(unit), a_bed(a_unit())
    close(ended, until=NOW - HOUR)
    close(lifted, until=NOW + HOUR)
    beds.reopen(bed=lifted, by=None, at=NOW - HOUR)
    planned = close(struck_out, starts_at=NOW - 2 * HOUR, until=NOW - HOUR)
    closures.cancel(closure=planned, by=None, at=NOW - 3 * HOUR)
    close(lasting)
    close(other, until=NOW - HOUR)

    assert lapsed(unit.pk, since=NOW - 5 * HOUR, until=NOW) == {ended.pk: NOW - HOUR}


def test_between_two_moments_the_first_excluded():
    bed = a_bed(a_unit())
    close(bed, until=NOW - HOUR)
    unit_id = bed.room.unit_id
    assert lapsed(unit_id, since=NOW - HOUR, until=NOW) == {}
    assert lapsed(unit_id, since=NOW - 2 * HOUR, until=NOW - HOUR) == {bed.pk: NOW - HOUR}
    assert lapsed(unit_id, since=NOW - 3 * HOUR, until=NOW - 2 * HOUR) == {}


def test_of_two_the_last_end_counts():
    bed = a_bed(a_unit())
    close(bed, until=NOW - 3 * HOUR)
    close(bed, until=NOW - HOUR, at=NOW - 2 * HOUR)
    assert lapsed(bed.room.unit_id, since=NOW - 5 * HOUR, until=NOW) == {bed.pk: NOW - HOUR}


def test_one_statement_for_one_bed_and_for_thirty():
    unit, queries = a_unit(), []
    for number in (1, 29):
        for _ in range(number):
            close(a_bed(unit), until=NOW - HOUR)
        with counted(queries):
            lapsed(unit.pk, since=NOW - 5 * HOUR, until=NOW)
    assert queries == [1, 1]
