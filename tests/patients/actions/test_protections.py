"""A stay that is hidden like a protected person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry, User
from amh.core.roles import Role
from patients.actions import departures, patients, protections, reservations, stays
from patients.models import AccessReason, ExceptionalAccess, Patient, Protection, StayState
from patients.rules.accesses import NEEDED
from tests.expectations import nothing_written, recorded, refused, who_may
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, fresh, present

pytestmark = pytest.mark.django_db


def protect(stay, *, by=None, protection=Protection.UNDISCLOSED):
    return protections.protect(stay=stay, protection=protection, by=by, at=NOW)


def test_a_stay_is_hidden_and_shown_again():
    bed = a_bed(a_unit())
    stay = present(bed)
    with recorded("stay.protect", beds=(bed,), units=(bed.room.unit,)):
        protect(stay)
    assert (fresh(stay).protected, fresh(stay).protection) == (True, Protection.UNDISCLOSED)
    with recorded("stay.unprotect", beds=(bed,), units=(bed.room.unit,)):
        protections.unprotect(stay=stay, by=None, at=NOW)
    assert (fresh(stay).protected, fresh(stay).protection) == (False, "")


def test_a_bed_that_is_kept_no_more_takes_nobody_off_the_boards():
    unit, elsewhere = a_unit(), a_unit()
    bed, left = a_bed(unit), a_bed(elsewhere)
    stay = expected(unit)
    kept = reservations.reserve(stay=stay, bed=left, expected_at=NOW, by=None, at=NOW)
    reservations.release(reservation=kept, by=None, at=NOW)
    with recorded("stay.protect", units=(unit,)):
        protect(stay)
    reservations.reserve(stay=stay, bed=bed, expected_at=NOW, by=None, at=NOW)
    with recorded("stay.unprotect", beds=(bed,), units=(unit,)):
        protections.unprotect(stay=stay, by=None, at=NOW)


def test_who_came_through_a_kept_bed_is_hidden_in_the_lounge_too():
    bed = a_bed(a_unit())
    stay = expected(bed.room.unit)
    reservations.reserve(stay=stay, bed=bed, expected_at=NOW, by=None, at=NOW)
    stays.place(stay=stay, bed=bed, by=None, at=NOW)
    departures.to_lounge(stay=stay, by=None, at=NOW)
    with recorded("stay.protect", units=(bed.room.unit,)):
        protect(stay)


def test_units_of_stays_that_are_over_show_nothing_anew():
    who, bed = a_patient(), a_bed(a_unit())
    stays.discharge(stay=present(a_bed(a_unit()), patient=who), by=None, at=NOW)
    stay = present(bed, patient=who, at=NOW)
    with recorded("stay.protect", beds=(bed,), units=(bed.room.unit,)):
        protect(stay)


def test_the_person_and_their_other_stays_stay_as_they_were():
    who = a_patient()
    other = present(a_bed(a_unit()), patient=who)
    stays.discharge(stay=other, by=None, at=NOW)
    stay = expected(a_unit(), patient=who)
    protect(stay)
    who.refresh_from_db()
    assert (who.protected, fresh(other).protected, fresh(stay).protected) == (False, False, True)


def test_said_twice_it_is_done_once_and_another_reason_replaces_the_first():
    stay = present(a_bed(a_unit()))
    protect(stay)
    with nothing_written():
        protect(stay)
    protect(stay, protection=Protection.VIP)
    assert fresh(stay).protection == Protection.VIP
    assert AuditEntry.objects.latest("pk").params == {"protection": "vip"}


def test_a_reason_is_one_of_the_list():
    stay = present(a_bed(a_unit()))
    with nothing_written(), refused(Invalid, "unknown_protection", field="protection"):
        protect(stay, protection="famous")


def test_a_cancelled_stay_hides_nobody():
    stay = expected(a_unit())
    stay.state = StayState.CANCELLED
    stay.save()
    with nothing_written(), refused(Conflict, "stay_cancelled"):
        protect(stay)


def test_what_is_not_hidden_is_not_shown_again():
    stay = present(a_bed(a_unit()))
    with nothing_written(), refused(Conflict, "not_protected"):
        protections.unprotect(stay=stay, by=None, at=NOW)


def test_those_who_register_hide_and_show():
    stay = present(a_bed(a_unit()))
    registering = {Role.AMH, Role.TEAM_LEAD, Role.BED_MANAGER, Role.ADMISSIONS_OFFICE, Role.ON_CALL}
    assert who_may(lambda by: protect(stay, by=by), stay.unit) == registering
    protect(stay)

    def lift(by):
        opened(stay, by=by)
        protections.unprotect(stay=stay, by=by, at=NOW)

    assert who_may(lift, stay.unit) == registering


def opened(stay, *, by):
    """The record of the stay, opened exceptionally."""
    said = {"reason": AccessReason.CALL, "explanation": "Demandé par la famille"}
    period = {"starts_at": NOW - timedelta(hours=1), "ends_at": timezone.now() + timedelta(hours=1)}
    ExceptionalAccess.objects.create(user=by, patient=stay.patient, **said, **period)


def test_who_lifts_a_protection_has_opened_the_record_exceptionally():
    stay, manager = present(a_bed(a_unit())), a_user(Role.BED_MANAGER)
    protect(stay)
    patients.protect(patient=stay.patient, protection=Protection.VIP, by=None, at=NOW)
    for lift in (
        lambda: protections.unprotect(stay=stay, by=manager, at=NOW),
        lambda: patients.unprotect(patient=stay.patient, by=manager, at=NOW),
    ):
        with nothing_written(), refused(Denied, NEEDED):
            lift()
    opened(stay, by=manager)
    manager = User.objects.get(pk=manager.pk)
    protections.unprotect(stay=stay, by=manager, at=NOW)
    assert patients.unprotect(patient=stay.patient, by=manager, at=NOW)
    assert not Patient.objects.get().protected
