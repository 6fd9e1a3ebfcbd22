"""What becomes of an expectation: doubts before it, another hour, called off, taken up again; the physician."""

from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from patients.actions import deaths, movements, patients, practitioners, preadmissions, reservations, stays
from patients.models import Movement, MovementKind, NoArrival, Patient, Profession, Reservation, StayKind, StayState
from patients.queries import locks
from patients.queries import reservations as kept_beds
from patients.rules.preadmissions import doubts, kept_otherwise
from tests.expectations import nothing_written, places, recorded, refused, undone, who_may
from tests.factories.calendars import OFFICE_HOURS, a_calendar
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import AN_HOUR, expected, fresh, last, present, told
from tests.factories.records import a_practitioner
from wards.models import Closure

pytestmark = pytest.mark.django_db
FOUR, FIVE = paris("16:00"), paris("17:00")
WHO = {Role.AMH, Role.NURSE, Role.TEAM_LEAD, Role.BED_MANAGER, Role.ADMISSIONS_OFFICE, Role.ON_CALL}
"""Trades that change an expectation in a unit where they work."""


@pytest.fixture
def unit():
    return a_unit("MED", name="Médecine")


@pytest.fixture
def stay(unit):
    return expected(unit, expected_at=FOUR)


@pytest.fixture
def manager():
    return a_user(Role.BED_MANAGER)


def preadmit(who, unit, *, expected_at=FOUR, by=None, **more):
    return stays.preadmit(
        patient=who, unit=unit, expected_at=expected_at, kind=StayKind.INPATIENT, by=by, at=NOW, **more
    )


def call_off(stay, reason=NoArrival.NOT_COME, by=None, at=NOW):
    preadmissions.cancel(stay=stay, reason=reason, by=by, at=at)


def reinstate(stay, by=None, at=NOW):
    return preadmissions.reinstate(stay=stay, by=by, at=at)


def reschedule(stay, expected_at=FIVE, by=None, at=NOW):
    return preadmissions.reschedule(stay=stay, expected_at=expected_at, by=by, at=at)


# What is asked before -------------------------------------------------------------------------------------------------


def test_a_person_expects_nobody_in_the_past_and_another_system_is_taken_as_it_is(unit, manager):
    who = a_patient()
    for before in (NOW - timedelta(minutes=3), paris("2025-11-21 16:00")):
        with nothing_written(), refused(Invalid, "in_the_past", field="expected_at", saying="Cette heure est passée."):
            preadmit(who, unit, expected_at=before, by=manager)
    with nothing_written(), refused(Invalid, "too_far", field="expected_at", saying="vérifier l’année"):
        preadmit(who, unit, expected_at=paris("2028-11-21 16:00"), by=manager)
    for by, soon in ((manager, NOW - timedelta(minutes=1)), (None, paris("08:00"))):
        assert preadmit(who, unit, expected_at=soon, by=by).expected_at == soon


def test_a_unit_out_of_service_then_expects_nobody(manager):
    who, unit = a_patient(), a_unit(valid_until=paris("15:00"))
    with nothing_written(), refused(Conflict, "unit_unknown", field="unit"):
        preadmit(who, unit, by=manager)


def test_a_withdrawn_record_expects_nobody(unit, manager):
    who = a_patient()
    patients.withdraw(patient=who, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "patient_withdrawn"):
        preadmit(who, unit, by=manager)


DOUBTFUL = [
    ("present", "Présent : Hospitalisation complète, Médecine, 13:32."),
    ("awaited", "Attendu : Hospitalisation complète, Médecine, 18:00."),
    ("dead", "Un décès est noté dans ce dossier : vérifier l’identité."),
    ("closed", "Médecine à cette heure : fermé, ouvre le lun. 23 nov. à 08:00."),
]


def doubtful(case, who, unit):
    """Bring about what somebody should look at."""
    match case:
        case "present":
            present(unit, patient=who)
        case "awaited":
            expected(unit, patient=who, expected_at=paris("18:00"))
        case "dead":
            Patient.objects.filter(pk=who.pk).update(deceased_at=NOW - AN_HOUR)
        case "closed":
            unit.calendar = a_calendar(hours=OFFICE_HOURS)
            unit.save()


@pytest.mark.parametrize(("case", "sentence"), DOUBTFUL)
def test_a_doubt_is_looked_at_before_and_never_forbids(case, sentence, unit, manager):
    who = a_patient()
    doubtful(case, who, unit)
    who.refresh_from_db()
    found = doubts(who, unit, expected_at=FOUR, now=NOW)
    assert list(found.values()) == [sentence]
    with nothing_written(), refused(Conflict, "to_be_checked", saying="Rien n’est encore enregistré"):
        preadmit(who, unit, by=manager, looked_at=[])
    assert preadmit(who, unit, by=manager, looked_at=found).state == StayState.EXPECTED


def test_what_is_no_doubt(unit, manager):
    who = a_patient()
    expected(unit, patient=who, expected_at=paris("2026-11-22 00:00"))
    call_off(expected(unit, patient=who, expected_at=FOUR))
    stays.discharge(stay=present(unit, patient=who), by=None, at=NOW)
    present(unit)
    assert preadmit(who, unit, by=manager, looked_at=[]).state == StayState.EXPECTED


def test_a_second_click_and_a_second_person_are_told_of_the_first(unit, manager):
    who, colleague = a_patient(), a_user(Role.AMH)
    preadmit(who, unit, by=manager, looked_at=[])
    with nothing_written(), refused(Conflict, "to_be_checked"):
        preadmit(who, unit, by=colleague, looked_at=["closed"])


def test_only_an_active_physician_is_responsible_for_a_stay(unit, manager):
    nurse, gone = a_practitioner("Petit", profession=Profession.NURSE), a_practitioner("Martin")
    practitioners.close(practitioner=gone, by=None, at=NOW)
    says = {"not_a_physician": (nurse, "PETIT Luc n’est pas médecin."), "inactive": (gone, "Dr MARTIN Luc n’est plus")}
    who, doctor = a_patient(), a_practitioner()
    for code, (named, sentence) in says.items():
        with nothing_written(), refused(Invalid, code, field="practitioner", saying=sentence):
            preadmit(who, unit, by=manager, practitioner=named)
    assert preadmit(who, unit, by=manager, practitioner=doctor).practitioner == doctor


# Another hour ---------------------------------------------------------------------------------------------------------


def test_a_patient_is_expected_at_another_hour(stay, unit, manager):
    with recorded("stay.reschedule", units=(unit,)):
        assert reschedule(stay, by=manager)
    assert fresh(stay).expected_at == FIVE
    hours = AuditEntry.objects.latest("pk").params
    assert [datetime.fromisoformat(hours[name]) for name in ("before", "after")] == [FOUR, FIVE]
    with nothing_written():
        assert not reschedule(stay, by=manager)


def test_a_bed_is_kept_for_the_hour_at_which_its_patient_is_expected(stay, unit, manager):
    bed = a_bed(unit)
    kept = reservations.reserve(stay=stay, bed=bed, expected_at=FOUR, by=None, at=NOW)
    with recorded("stay.reschedule", beds=(bed,), units=(unit,)):
        reschedule(stay, paris("22:00"), by=manager)
    late = paris("2026-11-22 01:59")
    assert kept_beds.kept_for(stay, at=late) == kept
    assert kept_beds.kept_for(stay, at=late).expected_at == paris("22:00")
    reschedule(stay, FOUR, by=manager)
    assert kept_beds.kept_for(stay, at=paris("20:00")) is None
    assert kept_beds.kept_for(stay, at=paris("19:59")).expected_at == FOUR


@pytest.mark.parametrize("barred", ["closed", "kept for another"])
def test_a_bed_that_is_not_free_until_then_stays_kept_as_it_was(stay, unit, manager, barred):
    bed = a_bed(unit)
    kept = reservations.reserve(stay=stay, bed=bed, expected_at=FOUR, by=None, at=NOW)
    span = {"starts_at": paris("21:00"), "ends_at": paris("23:00")}
    if barred == "closed":
        Closure.objects.create(bed=bed, kind="closed", reason="works", entered_at=NOW, **span)
    else:
        Reservation.objects.create(bed=bed, stay=expected(unit), expected_at=paris("21:00"), **span)
    assert reschedule(stay, paris("22:00"), by=manager)
    kept.refresh_from_db()
    assert (kept.expected_at, kept.ends_at) == (FOUR, paris("20:00"))
    says = "n’est pas libre pour cette heure : il reste gardé pour 16:00"
    assert says in kept_otherwise(stay, expected_at=paris("22:00"), now=NOW)
    assert kept_otherwise(stay, expected_at=FOUR, now=NOW) == ""


def test_an_hour_taken_back_when_its_bed_would_be_kept_no_more_leaves_it_kept(unit):
    stay, bed = expected(unit, expected_at=paris("10:00"), at=paris("09:00")), a_bed(unit)
    kept = reservations.reserve(stay=stay, bed=bed, expected_at=FIVE, by=None, at=NOW)
    reschedule(stay, FIVE)
    assert reschedule(stay, paris("10:00"))
    kept.refresh_from_db()
    assert kept.expected_at == FIVE


def test_an_hour_that_is_past_is_refused_unless_it_was_said_before(unit, manager):
    stay = expected(unit, expected_at=paris("14:00"))
    with nothing_written(), refused(Invalid, "in_the_past", field="expected_at"):
        reschedule(stay, paris("13:00"), by=manager)
    reschedule(stay, by=manager)
    assert reschedule(stay, paris("14:00"), by=manager), "which takes the change back"


def test_a_unit_out_of_service_then_expects_nobody_later(manager):
    stay = expected(a_unit(valid_until=paris("2026-11-22 08:00")), expected_at=FOUR)
    with nothing_written(), refused(Conflict, "unit_unknown", field="unit"):
        reschedule(stay, paris("2026-11-22 09:00"), by=manager)


# Called off, taken up again -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", NoArrival)
def test_a_patient_who_does_not_come_is_called_off_for_a_reason(stay, unit, manager, reason):
    with recorded("stay.cancel", units=(unit,)):
        call_off(stay, reason, by=manager)
    struck = last(stay)
    assert (fresh(stay).state, places(stay)) == (StayState.CANCELLED, [])
    assert (struck.cancelled_at, struck.cancelled_by, struck.cancelled_for) == (NOW, manager, reason)
    with nothing_written(), refused(Conflict, "stay_cancelled", saying="Ce séjour est annulé."):
        call_off(stay, reason, by=manager)


@pytest.mark.parametrize("reason", ["", "fatigue"])
def test_a_reason_is_one_of_the_list(stay, manager, reason):
    with nothing_written(), refused(Invalid, "unknown_reason", field="reason"):
        call_off(stay, reason, by=manager)


def test_it_is_called_off_long_after_it_was_said(unit, manager):
    stay = expected(unit, at=NOW - timedelta(days=20), expected_at=NOW - AN_HOUR)
    call_off(stay, by=manager)
    assert fresh(stay).state == StayState.CANCELLED


def test_every_preadmission_of_the_stay_is_struck_out(unit, manager):
    stay = expected(unit, expected_at=FOUR)
    told(stay, MovementKind.PREADMISSION, at=FOUR, now=NOW, place=unit)
    call_off(stay, NoArrival.NO_BED, by=manager)
    assert set(stay.movements.values_list("cancelled_for", flat=True)) == {NoArrival.NO_BED}
    assert fresh(stay).state == StayState.CANCELLED


def test_a_patient_who_comes_all_the_same_is_told_by_the_other_system(stay, unit, manager):
    call_off(stay, by=manager)
    told(fresh(stay), MovementKind.ADMISSION, at=NOW, place=unit)
    assert fresh(stay).state == StayState.PRESENT


@pytest.mark.parametrize("called", [False, True])
def test_an_exit_told_by_mistake_and_taken_back_leaves_what_was(called, stay, manager):
    if called:
        call_off(stay, by=manager)
    exit_ = told(fresh(stay), MovementKind.DISCHARGE, at=NOW)
    exit_.stay = locks.to_move(stay.pk)[stay.pk]
    movements.cancel(exit_, by=None, at=NOW)
    assert fresh(stay).state == (StayState.CANCELLED if called else StayState.EXPECTED)


def test_the_bed_that_was_kept_is_free_and_kept_again(stay, unit, manager):
    bed = a_bed(unit)
    reservations.reserve(stay=stay, bed=bed, expected_at=FOUR, by=None, at=NOW)
    with recorded("stay.cancel", beds=(bed,), units=(unit,)):
        call_off(stay, by=manager)
    assert kept_beds.kept_for(stay, at=NOW) is None
    with recorded("stay.reinstate", beds=(bed,), units=(unit,)):
        reinstate(stay, by=manager)
    assert (fresh(stay).state, fresh(stay).expected_at) == (StayState.EXPECTED, FOUR)
    assert kept_beds.kept_for(stay, at=NOW).bed == bed


def test_a_bed_that_is_kept_for_another_meanwhile_stays_theirs(stay, unit, manager):
    bed = a_bed(unit)
    reservations.reserve(stay=stay, bed=bed, expected_at=FOUR, by=None, at=NOW)
    call_off(stay, by=manager)
    reservations.reserve(stay=expected(unit), bed=bed, expected_at=FIVE, by=None, at=NOW)
    reinstate(stay, by=manager)
    assert kept_beds.kept_for(stay, at=NOW) is None


def test_a_stay_is_taken_up_again_once(stay, manager):
    for _times in range(2):
        call_off(stay, by=manager)
        movement = reinstate(stay, by=manager)
    assert (movement.kind, movement.entered_by) == (MovementKind.PREADMISSION, manager)
    assert Movement.objects.standing().get(stay=stay) == movement
    with nothing_written(), refused(Conflict, "not_called_off"):
        reinstate(stay, by=manager)


def test_what_was_an_arrival_is_not_expected_again(unit, manager):
    stay = expected(unit)
    Movement.objects.filter(stay=stay).update(kind=MovementKind.ADMISSION, cancelled_at=NOW)
    with refused(Conflict, "not_called_off"):
        reinstate(stay, by=manager)


def test_a_withdrawn_record_and_a_unit_out_of_service_expect_nobody_again(unit, manager):
    alone, elsewhere = expected(unit), expected(a_unit(valid_until=FIVE))
    for stay in (alone, elsewhere):
        call_off(stay, by=manager)
    patients.withdraw(patient=alone.patient, by=None, at=NOW)
    for stay, code, field in ((alone, "patient_withdrawn", None), (elsewhere, "unit_unknown", "unit")):
        with nothing_written(), refused(Conflict, code, field=field):
            reinstate(stay, by=manager, at=FIVE + AN_HOUR)


# Who may, and when ----------------------------------------------------------------------------------------------------

ACTS = [reschedule, call_off]


@pytest.mark.parametrize("change", ACTS)
def test_an_expectation_is_changed_by_who_registers_or_would_record_the_arrival(change, stay, unit):
    assert who_may(lambda by: change(stay, by=by), unit) == WHO
    assert who_may(lambda by: change(stay, by=by), a_unit()) == WHO - {Role.NURSE}


def test_a_nurse_takes_up_again_where_she_works(unit, stay):
    call_off(stay)
    stranger = a_user(Role.NURSE, a_unit())
    with nothing_written(), refused(Denied, "denied"):
        reinstate(stay, by=stranger)
    reinstate(stay, by=a_user(Role.NURSE, unit))


@pytest.mark.parametrize("change", ACTS)
def test_nobody_is_expected_who_is_here_or_has_left(unit, manager, change):
    here, left = present(unit), present(unit)
    stays.discharge(stay=left, by=None, at=NOW)
    for stay, code in ((here, "stay_present"), (left, "stay_discharged")):
        with nothing_written(), refused(Conflict, code):
            change(stay, by=manager)


def test_a_death_is_no_absence(unit, manager):
    stay = present(a_bed(unit))
    deaths.die(stay=stay, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "stay_deceased"):
        call_off(stay, by=manager)


# The physician --------------------------------------------------------------------------------------------------------


def assign(stay, doctor, by=None):
    return stays.assign_practitioner(stay=stay, practitioner=doctor, by=by, at=NOW)


def test_a_physician_is_named_changed_and_taken_away(stay, unit, manager):
    one, other = a_practitioner(), a_practitioner()
    for doctor in (one, other, None):
        with recorded("stay.assign_practitioner", units=(unit,)):
            assert assign(stay, doctor, by=manager)
        assert fresh(stay).practitioner == doctor
        with nothing_written():
            assert not assign(stay, doctor, by=manager)


def test_the_physician_is_named_by_who_registers_and_by_who_completes_the_record_there(stay, unit):
    doctor, allowed = a_practitioner(), WHO | {Role.PHYSICIAN, Role.SOCIAL_WORKER}
    for role in Role:
        by = a_user(role, unit)
        with undone(), nullcontext() if role in allowed else pytest.raises(Denied):
            assert assign(stay, doctor, by=by)
    stranger = a_user(Role.PHYSICIAN, a_unit())
    with nothing_written(), pytest.raises(Denied):
        assign(stay, doctor, by=stranger)
    assert assign(stay, doctor, by=a_user(Role.AMH))


def test_who_is_no_physician_or_has_left_is_not_named(stay, manager):
    nurse, gone = a_practitioner(profession=Profession.NURSE), a_practitioner()
    practitioners.close(practitioner=gone, by=None, at=NOW)
    for who, code in ((nurse, "not_a_physician"), (gone, "inactive")):
        with nothing_written(), refused(Invalid, code, field="practitioner"):
            assign(stay, who, by=manager)


def test_a_stay_that_is_over_may_have_a_physician_and_one_called_off_may_not(unit, manager, stay):
    left, doctor = present(unit), a_practitioner()
    stays.discharge(stay=left, by=None, at=NOW)
    assert assign(left, doctor, by=manager)
    call_off(stay)
    with nothing_written(), refused(Conflict, "stay_cancelled"):
        assign(stay, doctor, by=manager)
