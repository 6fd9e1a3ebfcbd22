from datetime import timedelta

import pytest

from amh.core.errors import Conflict, Invalid
from amh.core.roles import Role
from patients.actions import beds, stays
from tests.expectations import nothing_written, recorded, refused, who_may
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from wards.models import ClosureKind, ClosureReason

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def bed():
    return a_bed(a_unit(), "201", "F")


def close(bed, *, by=None, **options):
    return beds.close(bed=bed, reason=ClosureReason.STAFF, by=by, at=NOW, **options)


def test_clean_says_who_and_when(bed):
    by = a_user(Role.HOUSEKEEPING)
    with recorded("bed.clean", beds=(bed,)):
        cleaning = beds.clean(bed=bed, by=by, at=NOW)
    assert (cleaning.bed, cleaning.done_at, cleaning.done_by, cleaning.entered_at) == (bed, NOW, by, NOW)


def test_a_bed_in_which_somebody_lies_is_not_clean(bed):
    present(bed, patient=a_patient("Durand"))
    with nothing_written(), refused(Conflict, "bed_occupied", field="bed", saying="201 F est occupé par DURAND Anne"):
        beds.clean(bed=bed, by=a_user(Role.NURSE, bed.room.unit), at=NOW)
    with refused(Conflict, "bed_occupied", field="bed", saying="occupé par un autre patient"):
        beds.clean(bed=bed, by=a_user(Role.HOUSEKEEPING), at=NOW)


def test_a_cleaning_is_taken_back_once(bed):
    cleaning = beds.clean(bed=bed, by=None, at=NOW)
    by = a_user(Role.HOUSEKEEPING)
    with recorded("bed.undo_clean", beds=(bed,)):
        beds.undo_clean(cleaning=cleaning, by=by, at=LATER)
    cleaning.refresh_from_db()
    assert (cleaning.cancelled_at, cleaning.cancelled_by) == (LATER, by)
    with nothing_written(), refused(Conflict, "already_cancelled", saying="déjà annulé"):
        beds.undo_clean(cleaning=cleaning, by=by, at=LATER)


def test_a_cleaning_is_not_taken_back_once_somebody_lies_there(bed):
    cleaning = beds.clean(bed=bed, by=None, at=NOW - timedelta(hours=2))
    present(bed)
    with nothing_written(), refused(Conflict, "bed_occupied", field="bed"):
        beds.undo_clean(cleaning=cleaning, by=None, at=NOW)


def test_close_says_why_and_until_when(bed):
    by = a_user(Role.BED_MANAGER)
    with recorded("bed.close", beds=(bed,)):
        closure = close(bed, by=by, until=LATER, kind=ClosureKind.BLOCKED)
    assert (closure.kind, closure.reason) == (ClosureKind.BLOCKED, ClosureReason.STAFF)
    assert (closure.starts_at, closure.ends_at, closure.entered_by) == (NOW, LATER, by)


def test_a_bed_is_never_closed_over_a_patient(bed):
    present(bed, at=paris("09:15"))
    with nothing_written(), refused(Conflict, "bed_occupied", field="bed", saying="depuis 09:15"):
        close(bed)


def test_a_bed_is_closed_once_and_reopened_once(bed):
    close(bed)
    with nothing_written(), refused(Conflict, "bed_closed", field="bed", saying="201 F est déjà fermé"):
        close(bed)
    with recorded("bed.reopen", beds=(bed,)):
        beds.reopen(bed=bed, by=None, at=LATER)
    with nothing_written(), refused(Conflict, "bed_open", field="bed", saying="201 F n’est pas fermé"):
        beds.reopen(bed=bed, by=None, at=LATER)
    assert bed.closures.get().ends_at == LATER


def test_a_closure_ends_after_it_began(bed):
    with nothing_written(), refused(Invalid, "order", field="until", saying="précède son début"):
        close(bed, until=NOW)


def test_a_bed_reopened_by_the_clock_takes_a_patient(bed):
    close(bed, until=LATER)
    stay = present(bed.room.unit)
    stays.place(stay=stay, bed=bed, by=None, at=LATER)


CLEANERS = {Role.AMH, Role.NURSE}
CLEANERS_EVERYWHERE = {Role.TEAM_LEAD, Role.BED_MANAGER, Role.ON_CALL, Role.HOUSEKEEPING}
CLOSERS = {Role.PHYSICIST}
CLOSERS_EVERYWHERE = {Role.TEAM_LEAD, Role.BED_MANAGER, Role.ON_CALL}


@pytest.mark.parametrize("own", [True, False], ids=["own unit", "another unit"])
def test_who_may_clean_close_and_reopen(bed, own):
    unit = bed.room.unit if own else a_unit()
    closers = CLOSERS_EVERYWHERE | (CLOSERS if own else set())
    cleaners = CLEANERS_EVERYWHERE | (CLEANERS if own else set())
    assert who_may(lambda by: beds.clean(bed=bed, by=by, at=NOW), unit) == cleaners
    assert who_may(lambda by: close(bed, by=by), unit) == closers
    close(bed)
    assert who_may(lambda by: beds.reopen(bed=bed, by=by, at=LATER), unit) == closers
