from datetime import UTC, timedelta

import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from patients.actions import beds as bed_actions
from patients.actions import practitioners, reservations, stays
from patients.models import MovementKind, MovementSource, Stay, StayKind, StayState
from tests.expectations import counted, nothing_written, places, recorded, refused, who_may
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, fresh, last, present
from wards.models import BedKind, ClosureReason, UnitKind

pytestmark = pytest.mark.django_db
A_MINUTE = timedelta(minutes=1)


def test_preadmit_expects_a_patient():
    unit, who = a_unit(), a_patient()
    by = a_user(Role.AMH)
    with recorded("stay.preadmit", units=(unit,)):
        stay = stays.preadmit(patient=who, unit=unit, expected_at=paris("16:00"), kind=StayKind.SESSION, by=by, at=NOW)
    assert (stay.state, stay.expected_at, stay.kind) == (StayState.EXPECTED, paris("16:00"), StayKind.SESSION)
    assert (last(stay).kind, last(stay).entered_by, places(stay)) == (MovementKind.PREADMISSION, by, [])


def test_admit_puts_the_patient_into_the_bed():
    bed = a_bed(a_unit())
    unit, stay = bed.room.unit, expected(bed.room.unit)
    by = a_user(Role.NURSE, unit)
    with recorded("stay.admit", beds=(bed,), units=(unit,)):
        movement = stays.admit(stay=stay, unit=unit, bed=bed, by=by, at=NOW)
    assert (movement.source, movement.entered_at, movement.entered_by) == (MovementSource.HAND, NOW, by)
    assert places(stay) == [(unit, bed, NOW, None)]
    assert (fresh(stay).state, fresh(stay).admitted_at) == (StayState.PRESENT, NOW)


def test_the_audit_line_names_ids_and_never_people():
    bed = a_bed(a_unit())
    stay = expected(bed.room.unit, patient=a_patient("SECRET"))
    movement = stays.admit(stay=stay, unit=bed.room.unit, bed=bed, by=None, at=NOW)
    line = AuditEntry.objects.latest("pk")
    assert (line.subject_type, line.subject_id, line.patient_id) == ("patients.stay", stay.pk, stay.patient_id)
    assert (line.params["movement"], line.params["bed"]) == (movement.pk, bed.pk)
    assert "SECRET" not in str(line.params)


def test_admit_without_a_bed_leaves_the_patient_in_the_unit():
    unit = a_unit()
    stay = expected(unit)
    stays.admit(stay=stay, unit=unit, bed=None, by=None, at=NOW)
    assert places(stay) == [(unit, None, NOW, None)]


def test_an_effective_time_in_the_past_is_when_the_placement_begins():
    bed = a_bed(a_unit())
    stay = expected(bed.room.unit)
    stays.admit(stay=stay, unit=bed.room.unit, bed=bed, by=None, at=NOW, effective_at=paris("14:00"))
    assert places(stay) == [(bed.room.unit, bed, paris("14:00"), None)]
    assert last(stay).entered_at == NOW


def test_admit_lets_the_bed_kept_for_the_stay_go():
    kept, given = beds(a_unit(), 2)
    unit, stay = kept.room.unit, expected(kept.room.unit)
    reservations.reserve(stay=stay, bed=kept, expected_at=paris("16:00"), by=None, at=NOW)
    with recorded("stay.admit", beds=(kept, given), units=(unit,)):
        stays.admit(stay=stay, unit=unit, bed=given, by=None, at=NOW)
    assert stay.reservations.get().released_at == NOW


def test_move_ends_one_place_and_begins_another():
    old, new = a_bed(a_unit()), a_bed(a_unit())
    stay = present(old, at=paris("10:00"))
    with recorded("stay.move", beds=(old, new), units=(old.room.unit, new.room.unit)):
        stays.move(stay=stay, to=new, by=None, at=NOW)
    assert places(stay) == [(old.room.unit, old, paris("10:00"), NOW), (new.room.unit, new, NOW, None)]


def test_place_admits_an_expected_patient_and_moves_a_present_one():
    bed = a_bed(a_unit())
    awaited, there = expected(bed.room.unit), present(bed.room.unit)
    assert stays.place(stay=awaited, bed=bed, by=None, at=NOW).kind == MovementKind.ADMISSION
    assert stays.place(stay=there, bed=a_bed(a_unit()), by=None, at=NOW).kind == MovementKind.TRANSFER


def test_discharge_frees_the_bed_at_the_hour_of_the_departure():
    bed = a_bed(a_unit())
    stay = present(bed, at=paris("10:00"))
    with recorded("stay.discharge", beds=(bed,), units=(bed.room.unit,)):
        stays.discharge(stay=stay, by=None, at=NOW, effective_at=paris("14:00"))
    assert places(stay) == [(bed.room.unit, bed, paris("10:00"), paris("14:00"))]
    assert (fresh(stay).state, fresh(stay).discharged_at) == (StayState.DISCHARGED, paris("14:00"))


def test_discharge_lets_another_bed_kept_for_the_stay_go():
    here, kept = beds(a_unit(), 2)
    stay = present(here)
    reservations.reserve(stay=stay, bed=kept, expected_at=paris("16:00"), by=None, at=NOW)
    stays.discharge(stay=stay, by=None, at=NOW)
    assert stay.reservations.get().released_at == NOW


def test_homonyms_in_the_unit_are_announced_with_the_newcomer():
    unit = a_unit()
    first, second = beds(unit, 2)
    present(first, patient=a_patient("LÉVY"))
    newcomer = expected(unit, patient=a_patient("Levy"))
    with recorded("stay.admit", beds=(first, second), units=(unit,)):
        stays.admit(stay=newcomer, unit=unit, bed=second, by=None, at=NOW)


def test_a_practitioner_is_named_once():
    stay, doctor = present(a_bed(a_unit())), practitioners.reference("", "MARTIN", "Luc")
    with recorded("stay.assign_practitioner", units=(stay.unit,)):
        stays.assign_practitioner(stay=stay, practitioner=doctor, by=None, at=NOW)
    with nothing_written():
        stays.assign_practitioner(stay=stay, practitioner=doctor, by=None, at=NOW)


def test_an_occupied_bed_names_its_patient_to_those_allowed():
    bed = a_bed(a_unit(), "201", "F")
    present(bed, patient=a_patient("Durand"), at=paris("09:15"))
    stay = expected(bed.room.unit)
    says = "Le lit 201 F est occupé par DURAND Anne depuis 09:15. Choisir un autre lit."
    with nothing_written(), refused(Conflict, "bed_occupied", field="bed", saying=says):
        stays.place(stay=stay, bed=bed, by=a_user(Role.AMH, bed.room.unit), at=NOW)
    assert fresh(stay).state == StayState.EXPECTED


@pytest.mark.parametrize("protected", [True, False])
def test_an_occupied_bed_hides_its_patient_from_others_and_the_protected_from_all(protected):
    bed = a_bed(a_unit(), "201", "F")
    present(bed, patient=a_patient("Durand", protected=protected))
    by = a_user(Role.BED_MANAGER) if protected else None
    with refused(Conflict, "bed_occupied", field="bed", saying="occupé par un autre patient depuis 13:32"):
        stays.place(stay=expected(bed.room.unit), bed=bed, by=by, at=NOW)


def test_a_bed_kept_for_another_is_refused_and_for_this_stay_given():
    bed = a_bed(a_unit(), "201", "F")
    unit = bed.room.unit
    awaited, other = expected(unit, patient=a_patient("Durand")), expected(unit)
    reservations.reserve(stay=awaited, bed=bed, expected_at=paris("16:00"), by=None, at=NOW)
    says = "Le lit 201 F est réservé pour DURAND Anne, attendu à 16:00."
    with nothing_written(), refused(Conflict, "bed_reserved", field="bed", saying=says):
        stays.place(stay=other, bed=bed, by=a_user(Role.BED_MANAGER), at=NOW)
    stays.place(stay=awaited, bed=bed, by=None, at=NOW)


def test_a_time_before_the_reservation_does_not_pass_round_it():
    bed = a_bed(a_unit())
    unit = bed.room.unit
    reservations.reserve(stay=expected(unit), bed=bed, expected_at=paris("16:00"), by=None, at=NOW)
    with refused(Conflict, "bed_reserved", field="bed"):
        stays.place(stay=expected(unit), bed=bed, by=None, at=NOW, effective_at=NOW - A_MINUTE)


def test_a_closed_bed_says_why_and_until_when():
    bed = a_bed(a_unit(), "201", "F")
    bed_actions.close(bed=bed, reason=ClosureReason.WORKS, until=paris("2026-11-22 08:00"), by=None, at=NOW)
    says = "Le lit 201 F est fermé (travaux) jusqu’au dim. 22 nov. 08:00. Choisir un autre lit."
    stay = present(a_unit())
    for effective_at in (NOW, NOW - A_MINUTE):
        with nothing_written(), refused(Conflict, "bed_closed", field="bed", saying=says):
            stays.place(stay=stay, bed=bed, by=None, at=NOW, effective_at=effective_at)


@pytest.mark.parametrize(
    "validity", [{"valid_until": NOW - A_MINUTE}, {"valid_from": NOW + A_MINUTE}], ids=["gone", "to come"]
)
def test_a_bed_out_of_service_takes_nobody(validity):
    bed = a_bed(a_unit(), **validity)
    with refused(Conflict, "bed_unknown", field="bed", saying="n’est pas en service"):
        stays.place(stay=expected(bed.room.unit), bed=bed, by=None, at=NOW)
    with refused(Conflict, "bed_unknown", field="bed"):
        stays.place(stay=expected(bed.room.unit), bed=bed, by=None, at=NOW, effective_at=NOW - 2 * A_MINUTE)


def test_a_patient_who_has_left_is_moved_and_discharged_no_more():
    stay = present(a_bed(a_unit()))
    stays.discharge(stay=stay, by=None, at=NOW, effective_at=paris("14:00"))
    for act in (lambda: stays.move(stay=stay, to=a_bed(a_unit()), by=None, at=NOW), lambda: leave(stay)):
        with nothing_written(), refused(Conflict, "stay_discharged", saying="Ce patient est sorti (14:00)."):
            act()
    with refused(Conflict, "stay_discharged"):
        stays.admit(stay=stay, unit=a_unit(), bed=None, by=None, at=NOW)


def leave(stay, **when):
    return stays.discharge(stay=stay, by=None, at=NOW, **when)


def test_a_patient_not_yet_there_cannot_leave_and_one_who_is_there_cannot_come():
    with refused(Conflict, "stay_expected", saying="n’est pas encore arrivé"):
        leave(expected(a_unit()))
    with refused(Conflict, "stay_present", saying="déjà entré"):
        stays.admit(stay=present(a_unit()), unit=a_unit(), bed=None, by=None, at=NOW)


def test_the_bed_where_the_patient_lies_is_not_another_one():
    bed = a_bed(a_unit())
    with refused(Conflict, "same_bed", field="bed", saying="déjà dans le lit"):
        stays.move(stay=present(bed), to=bed, by=None, at=NOW)


def test_a_patient_is_in_one_bed_whatever_the_number_of_stays():
    who, bed = a_patient(), a_bed(a_unit(name="Médecine"))
    present(bed, patient=who, at=paris("09:15"))
    says = "Ce patient est déjà installé en Médecine depuis 09:15, dans un autre séjour."
    with refused(Conflict, "patient_elsewhere", saying=says):
        stays.place(stay=expected(a_unit(), patient=who), bed=a_bed(a_unit()), by=None, at=NOW)


def test_a_chair_may_be_held_beside_a_bed_but_a_second_bed_may_not():
    who, day = a_patient(), a_unit(kind=UnitKind.DAY_HOSPITAL)
    present(a_bed(a_unit()), patient=who)
    session = expected(day, patient=who)
    chair = a_bed(day, kind=BedKind.CHAIR)
    stays.place(stay=session, bed=chair, by=None, at=NOW)
    assert session.placements.get().exempt
    with refused(Conflict, "patient_elsewhere"):
        stays.move(stay=session, to=a_bed(a_unit()), by=None, at=NOW)


def test_a_time_to_come_is_refused_beyond_the_drift_of_a_clock():
    stay = present(a_bed(a_unit()))
    says = "L’heure effective (14:35) est dans le futur. Indiquer l’heure réelle."
    with nothing_written(), refused(Invalid, "in_the_future", field="effective_at", saying=says):
        leave(stay, effective_at=paris("14:35"))
    leave(stay, effective_at=NOW + 2 * A_MINUTE)


@pytest.mark.parametrize(("birth", "hour"), [("2026-11-22", "14:00"), ("2026-12", "14:00"), ("2027", "14:00")])
def test_nobody_comes_before_being_born(birth, hour):
    who = a_patient()
    who.birth_date = birth
    who.save()
    stay = expected(a_unit(), patient=who)
    with refused(Invalid, "before_birth", field="effective_at", saying="précède la naissance"):
        stays.admit(stay=stay, unit=stay.unit, bed=None, by=None, at=NOW, effective_at=paris(hour))


def test_a_child_born_today_comes_at_half_past_midnight():
    half_past = paris("2026-11-21 00:30")
    stay = expected(a_unit(), patient=a_patient(birth_date="2026-11-21"))
    stays.admit(stay=stay, unit=stay.unit, bed=None, by=None, at=NOW, effective_at=half_past.astimezone(UTC))


def test_nothing_happens_before_what_has_already_happened():
    stay = present(a_bed(a_unit()), at=paris("10:00"))
    says = "L’heure effective précède le dernier mouvement (entrée, 10:00)."
    with nothing_written(), refused(Invalid, "before_last_movement", field="effective_at", saying=says):
        leave(stay, effective_at=paris("09:59"))


def test_nothing_happens_before_an_arrival_that_came_early():
    bed = a_bed(a_unit())
    stay = expected(bed.room.unit, expected_at=paris("18:00"))
    stays.place(stay=stay, bed=bed, by=None, at=NOW)
    with refused(Invalid, "before_last_movement", field="effective_at", saying="(entrée, 14:32)"):
        leave(stay, effective_at=paris("14:00"))


def test_two_acts_typed_in_the_same_minute_keep_their_order():
    first, second = beds(a_unit(), 2)
    stay = expected(first.room.unit)
    stays.place(stay=stay, bed=first, by=None, at=NOW)
    stays.move(stay=stay, to=second, by=None, at=NOW + A_MINUTE / 4, effective_at=paris("14:32"))
    leave(stay, effective_at=paris("14:32"))
    assert places(stay) == [(second.room.unit, second, NOW, NOW)]
    assert fresh(stay).state == StayState.DISCHARGED


DENIED = "Votre rôle ne permet pas cette action dans cette unité."


def test_a_stay_is_placed_by_those_who_may_in_their_units_or_everywhere():
    bed, everywhere = a_bed(a_unit()), {Role.TEAM_LEAD, Role.BED_MANAGER, Role.ON_CALL}
    stay = expected(bed.room.unit)
    assert who_may(lambda by: stays.place(stay=stay, bed=bed, by=by, at=NOW), bed.room.unit) == everywhere | {
        Role.AMH,
        Role.NURSE,
    }
    assert who_may(lambda by: stays.place(stay=stay, bed=bed, by=by, at=NOW), a_unit()) == everywhere
    with refused(Denied, "denied", saying=DENIED):
        stays.place(stay=stay, bed=bed, by=a_user(Role.DPO), at=NOW)


def test_a_stay_is_discharged_by_those_who_may_where_the_patient_lies():
    bed, everywhere = a_bed(a_unit()), {Role.TEAM_LEAD, Role.BED_MANAGER, Role.ON_CALL}
    stay, own = present(bed), {Role.AMH, Role.NURSE, Role.PHYSICIAN}
    assert who_may(lambda by: stays.discharge(stay=stay, by=by, at=NOW), bed.room.unit) == own | everywhere
    assert who_may(lambda by: stays.discharge(stay=stay, by=by, at=NOW), a_unit()) == everywhere


def test_to_move_a_patient_one_must_work_at_both_ends():
    here, there = a_bed(a_unit()), a_bed(a_unit())
    for member_of in (here, there):
        with refused(Denied, "denied"):
            stays.move(
                stay=present(a_bed(here.room.unit)), to=there, by=a_user(Role.NURSE, member_of.room.unit), at=NOW
            )
    both = a_user(Role.NURSE, here.room.unit, there.room.unit)
    stays.move(stay=present(here), to=there, by=both, at=NOW)


def test_somebody_who_has_left_the_house_does_nothing():
    bed = a_bed(a_unit())
    by = a_user(Role.BED_MANAGER)
    by.is_active = False
    with refused(Denied, "denied"):
        stays.place(stay=expected(bed.room.unit), bed=bed, by=by, at=NOW)


def test_only_those_who_register_expect_patients():
    unit, who = a_unit(), a_patient()
    with refused(Denied, "denied"):
        stays.preadmit(
            patient=who, unit=unit, expected_at=NOW, kind=StayKind.INPATIENT, by=a_user(Role.NURSE, unit), at=NOW
        )
    assert not Stay.objects.exists()


def test_a_full_hospital_costs_an_act_no_more():
    unit, queries = a_unit(), []
    a_day(unit, queries)
    for bed in beds(unit, 30):
        present(bed)
    a_day(unit, queries)
    assert queries[0] == queries[1]


def a_day(unit, queries):
    first, second = beds(unit, 2)
    by, stay = a_user(Role.AMH, unit), expected(unit)
    with counted(queries):
        stays.admit(stay=stay, unit=unit, bed=first, by=by, at=NOW)
        stays.move(stay=stay, to=second, by=by, at=NOW)
        stays.discharge(stay=stay, by=by, at=NOW)
