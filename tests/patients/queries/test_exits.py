import pytest

from patients.actions import expected_discharges as expectations
from patients.actions import leaves, reservations
from patients.models import Certainty
from patients.queries.exits import Exit, exits
from tests.expectations import counted
from tests.factories.clocks import NOW
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import AN_HOUR, expected, fresh, present

pytestmark = pytest.mark.django_db


def test_what_is_known_of_how_somebody_leaves():
    stay = present(a_bed(a_unit()), at=NOW - 2 * AN_HOUR)
    assert exits([stay.pk], at=NOW) == {
        stay.pk: Exit(stay.pk, "present", "inpatient", None, stay.expected_discharge_certainty, None, None, None)
    }
    expectations.expect(stay=stay, expected_at=NOW + AN_HOUR, certainty=Certainty.PROBABLE, by=None, at=NOW)
    leaves.leave(stay=fresh(stay), until=NOW + 5 * AN_HOUR, effective_at=NOW - AN_HOUR, by=None, at=NOW)

    known = exits([stay.pk], at=NOW)[stay.pk]
    assert (known.state, known.expected_at, known.certainty) == ("on_leave", NOW + AN_HOUR, "probable")
    assert known.back_at == NOW + 5 * AN_HOUR


def test_the_bed_that_is_kept_counts_as_long_as_it_is():
    stay, other = present(a_unit()), a_unit(name="Chirurgie")
    kept = reservations.reserve(stay=stay, bed=a_bed(other), expected_at=NOW + AN_HOUR, by=None, at=NOW)
    known = exits([stay.pk], at=NOW)[stay.pk]
    assert (known.kept_unit_id, known.kept_unit) == (other.pk, "Chirurgie")
    assert exits([stay.pk], at=kept.ends_at)[stay.pk].kept_unit_id is None
    reservations.release(reservation=kept, by=None, at=NOW)
    assert exits([stay.pk], at=NOW)[stay.pk].kept_unit_id is None


def test_one_statement_for_thirty_none_for_nobody():
    unit, queries = a_unit(), []
    for number in (0, 1, 29):
        stays = [expected(unit) for _ in range(number)]
        with counted(queries):
            assert set(exits([stay.pk for stay in stays], at=NOW)) == {stay.pk for stay in stays}
    assert queries == [0, 1, 1]
