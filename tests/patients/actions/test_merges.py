import pytest

from amh.core.errors import Conflict, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from patients.actions import deaths, merges, patients, stays
from patients.models import (
    Consent,
    ConsentAnswer,
    ConsentSubject,
    Contact,
    ContactRole,
    Correspondent,
    CorrespondentRole,
    Flag,
    FlagKind,
    Merge,
    MovementSource,
    Patient,
    PatientIdentifier,
    Placement,
    StayKind,
)
from patients.queries.merges import family
from tests.expectations import nothing_written, recorded, refused, who_may
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, fresh, present

pytestmark = pytest.mark.django_db


def merge(survivor, merged, **said):
    return merges.merge(**{"survivor": survivor, "merged": merged, "reason": "doublon", "by": None, "at": NOW} | said)


def undo(done, *, by=None):
    return merges.undo(merge=done, by=by, at=NOW)


def gp(patient):
    return Correspondent.objects.create(
        patient=patient,
        role=CorrespondentRole.GP,
        practitioner=None,
        entered_at=paris("08:00"),
    )


def flag(patient, kind=FlagKind.INTERPRETER, **fields):
    return Flag.objects.create(
        **{"patient": patient, "kind": kind, "starts_at": paris("08:00"), "entered_at": paris("08:00")} | fields
    )


def consent(patient):
    return Consent.objects.create(
        patient=patient,
        subject=ConsentSubject.SMS,
        answer=ConsentAnswer.YES,
        given_at=NOW,
        entered_at=NOW,
    )


def test_merge_gives_every_row_to_the_survivor():
    survivor, merged = a_patient("Durand"), a_patient("Durant")
    bed = a_bed(a_unit())
    stay, said, raised = present(bed, patient=merged), consent(merged), flag(merged)
    with recorded("patient.merge", beds=(bed,), units=(bed.room.unit,)):
        done = merge(survivor, merged)
    rows = [fresh(stay), Placement.objects.get(), Consent.objects.get(), Flag.objects.get()]
    assert {row.patient_id for row in rows} == {survivor.pk}
    assert Patient.objects.get(pk=merged.pk).merged_into == survivor
    assert done.rows["patients.stay"] == [stay.pk]
    assert (done.rows["patients.consent"], done.rows["patients.flag"]) == ([said.pk], [raised.pk])
    assert (done.source, done.entered_at) == (MovementSource.FEED, NOW)


def test_the_audit_line_counts_rows_and_names_nobody():
    survivor, merged = a_patient("SECRET"), a_patient("SECRETE")
    present(a_bed(a_unit()), patient=merged)
    merge(survivor, merged)
    line = AuditEntry.objects.latest("pk")
    assert (line.patient_id, line.params["merged"]) == (survivor.pk, merged.pk)
    assert line.params["rows"] == {"patients.placement": 1, "patients.stay": 1}
    assert "SECRET" not in str(line.params)


def test_numbers_keep_the_record_that_bore_them():
    survivor, merged = a_patient(), a_patient()
    patients.identify(survivor, [("IPP", "CHU", "1")], at=NOW)
    patients.identify(merged, [("IPP", "CHU", "2"), ("IPP", "GHT", "1")], at=NOW)
    done = merge(survivor, merged)
    borne = PatientIdentifier.objects.order_by("pk").values_list("domain", "value", "patient", "origin")
    assert list(borne) == [
        ("CHU", "1", survivor.pk, None),
        ("CHU", "2", survivor.pk, merged.pk),
        ("GHT", "1", survivor.pk, merged.pk),
    ]
    undo(done)
    borne = PatientIdentifier.objects.order_by("pk").values_list("patient", "origin")
    assert list(borne) == [(survivor.pk, None), (merged.pk, None), (merged.pk, None)]


def test_of_two_rows_of_which_one_may_stand_the_survivor_s_does_and_the_other_is_kept():
    survivor, merged = a_patient(), a_patient()
    ours, theirs = flag(survivor), flag(merged, detail="arabe")
    alone = flag(merged, FlagKind.MINOR)
    our_doctor, their_doctor = gp(survivor), gp(merged)
    done = merge(survivor, merged)
    standing = {row.pk for row in Flag.objects.filter(ends_at=None)}
    assert standing == {ours.pk, alone.pk}
    assert Correspondent.objects.get(withdrawn_at=None) == our_doctor
    assert Flag.objects.filter(patient=survivor).count() == 3
    undo(done)
    assert Flag.objects.filter(patient=merged, ends_at=None).count() == 2
    assert Flag.objects.get(pk=theirs.pk).detail == "arabe"
    assert Correspondent.objects.get(pk=their_doctor.pk).withdrawn_at is None


def test_a_second_ins_is_kept_but_stands_no_more():
    survivor, merged = a_patient(), a_patient()
    for patient, value in ((survivor, "260058815400233"), (merged, "279035121518989")):
        patients.identify(patient, [("INS", "1.2.250.1.213.1.4.8", value)], at=NOW)
    done = merge(survivor, merged)
    assert survivor.identifiers.get(valid_until=None).value == "260058815400233"
    assert survivor.identifiers.count() == 2
    undo(done)
    assert merged.identifiers.get(valid_until=None).value == "279035121518989"


def test_a_flag_that_has_not_begun_is_closed_at_its_beginning():
    survivor, merged = a_patient(), a_patient()
    flag(survivor)
    later = flag(merged, starts_at=paris("18:00"))
    merge(survivor, merged)
    assert Flag.objects.get(pk=later.pk).ends_at == paris("18:00")


def test_two_present_in_two_beds_leave_the_newer_to_be_confirmed():
    first, second = beds(a_unit(), 2)
    older, newer = present(first, at=paris("09:00")), present(second, at=paris("11:00"))
    with recorded("patient.merge", beds=(first, second), units=(first.room.unit,)):
        done = merge(newer.patient, older.patient)
    there, waiting = older.placements.get(), newer.placements.get()
    assert (there.bed, there.to_confirm, there.patient) == (first, False, newer.patient)
    assert (waiting.bed, waiting.wanted_bed, waiting.to_confirm) == (None, second, True)
    undo(done)
    there, again = older.placements.get(), newer.placements.get()
    assert (there.bed, there.patient, again.bed, again.to_confirm) == (first, older.patient, second, False)


def test_an_undo_does_not_take_a_bed_given_since():
    first, second = beds(a_unit(), 2)
    older, newer = present(first, at=paris("09:00")), present(second, at=paris("11:00"))
    done = merge(older.patient, newer.patient)
    present(second, at=paris("13:00"))
    undo(done)
    waiting = newer.placements.get(ends_at=None)
    assert (waiting.bed, waiting.wanted_bed, waiting.starts_at) == (None, second, paris("13:00"))


def test_what_hides_a_person_goes_with_the_merge_and_comes_back():
    survivor, merged = a_patient(), a_patient(protected=True, protection="vip", deceased_at=paris("08:00"))
    done = merge(survivor, merged)
    survivor.refresh_from_db()
    assert (survivor.protected, survivor.protection, survivor.deceased_at) == (True, "vip", paris("08:00"))
    undo(done)
    survivor.refresh_from_db()
    assert (survivor.protected, survivor.protection, survivor.deceased_at) == (False, "", None)


@pytest.mark.parametrize("inherited", ["vip", ""])
def test_a_protection_said_otherwise_since_stays(inherited):
    survivor, merged = a_patient(), a_patient(protected=True, protection=inherited)
    done = merge(survivor, merged)
    patients.protect(patient=survivor, protection="pseudonym", by=None, at=NOW)
    undo(done)
    survivor.refresh_from_db()
    assert (survivor.protected, survivor.protection) == (True, "pseudonym")


@pytest.mark.parametrize("body_left", [False, True], ids=["body here", "body gone"])
def test_a_death_recorded_since_goes_back_with_its_stay(body_left):
    survivor, merged = a_patient(), a_patient()
    stay = present(a_bed(a_unit()), patient=merged, at=paris("08:00"))
    done = merge(survivor, merged)
    deaths.die(stay=stay, effective_at=paris("10:00"), by=None, at=NOW)
    if body_left:
        deaths.body_left(stay=stay, by=None, at=NOW)
    undo(done)
    survivor.refresh_from_db()
    merged.refresh_from_db()
    assert (survivor.deceased_at, merged.deceased_at) == (None, paris("10:00"))


def test_a_death_told_by_a_stay_of_its_own_stays_with_the_survivor():
    survivor, merged = a_patient(), a_patient(deceased_at=paris("08:00"))
    stay = present(a_bed(a_unit()), patient=survivor, at=paris("09:00"))
    done = merge(survivor, merged)
    deaths.die(stay=stay, effective_at=paris("10:00"), by=None, at=NOW)
    undo(done)
    survivor.refresh_from_db()
    merged.refresh_from_db()
    assert (survivor.deceased_at, merged.deceased_at) == (paris("10:00"), paris("08:00"))


def test_an_undo_leaves_what_was_made_since_with_the_survivor():
    survivor, merged = a_patient(), a_patient()
    moved = expected(a_unit(), patient=merged)
    done = merge(survivor, merged)
    own, new = flag(survivor), expected(a_unit(), patient=survivor)
    trusted = Contact.objects.create(patient=survivor, stay=moved, role=ContactRole.TRUSTED, name="Zoé", entered_at=NOW)
    undo(done)
    assert (Flag.objects.get(pk=own.pk).patient, fresh(new).patient) == (survivor, survivor)
    assert (fresh(moved).patient, Contact.objects.get(pk=trusted.pk).patient) == (merged, merged)
    assert Patient.objects.get(pk=merged.pk).merged_into is None


def test_a_merge_of_a_survivor_leads_everything_to_the_last_record():
    first, second, third = a_patient(), a_patient(), a_patient()
    stay = expected(a_unit(), patient=first)
    below = merge(second, first)
    above = merge(third, second)
    assert fresh(stay).patient == third
    assert Patient.objects.get(pk=first.pk).merged_into == third
    assert family(first) == family(second) == family(third) == {first.pk, second.pk, third.pk}
    with nothing_written(), refused(Conflict, "later_merge", saying="l’annuler d’abord"):
        undo(below)
    undo(above)
    assert (fresh(stay).patient, Patient.objects.get(pk=first.pk).merged_into) == (second, second)
    undo(below)
    assert (fresh(stay).patient, family(third)) == (first, {third.pk})


def test_a_merge_is_undone_once():
    done = merge(a_patient(), a_patient())
    with recorded("patient.undo_merge"):
        undo(done)
    with nothing_written(), refused(Conflict, "already_undone", saying="déjà annulée"):
        undo(done)
    merge(done.survivor, done.merged)


def test_a_record_is_not_merged_into_itself_twice_withdrawn_or_in_a_circle():
    one, other, third, gone = (a_patient() for _ in range(4))
    patients.withdraw(patient=gone, by=None, at=NOW)
    with nothing_written(), refused(Invalid, "merge_itself", field="merged", saying="avec lui-même"):
        merge(one, one)
    merge(one, other)
    for survivor, merged, code, field in (
        (third, other, "already_merged", "merged"),
        (other, one, "already_merged", "survivor"),
        (other, third, "already_merged", "survivor"),
        (gone, third, "patient_withdrawn", "survivor"),
        (third, gone, "patient_withdrawn", "merged"),
    ):
        with nothing_written(), refused(Conflict, code, field=field):
            merge(survivor, merged)
    assert Merge.objects.count() == 1


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        ({"sex": "F"}, {"sex": "M"}, "sexe différent"),
        ({"birth_date": "1958-03-12"}, {"birth_date": "1958-04"}, "date de naissance différente"),
    ],
)
def test_a_person_confirms_what_contradicts_itself(one, other, says):
    by, survivor, merged = a_user(Role.ADMISSIONS_OFFICE), a_patient(**one), a_patient(**other)
    with nothing_written(), refused(Conflict, "merge_contradiction", field="confirmed", saying=says):
        merge(survivor, merged, by=by)
    assert merge(survivor, merged, by=by, confirmed=True).source == MovementSource.HAND


@pytest.mark.parametrize(
    "other", [{"birth_date": "1958"}, {"birth_date": ""}, {"birth_date": "1958-03"}, {"sex": "U"}, {"sex": "F"}]
)
def test_what_is_not_known_contradicts_nothing(other):
    by = a_user(Role.ADMISSIONS_OFFICE)
    assert merge(a_patient(sex="F"), a_patient(**other), by=by)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_person_says_why(reason):
    by, survivor, merged = a_user(Role.ADMISSIONS_OFFICE), a_patient(), a_patient()
    with nothing_written(), refused(Invalid, "required", field="reason", saying="motif"):
        merge(survivor, merged, by=by, reason=reason)


def test_who_may_merge_and_undo():
    survivor, merged, done = a_patient(), a_patient(), merge(a_patient(), a_patient())
    assert who_may(lambda by: merge(survivor, merged, by=by)) == {Role.ADMISSIONS_OFFICE}
    assert who_may(lambda by: undo(done, by=by)) == {Role.ADMISSIONS_OFFICE}


def test_an_act_on_a_merged_record_goes_to_the_one_that_goes_on():
    survivor, merged, unit = a_patient(), a_patient(), a_unit()
    merge(survivor, merged)
    stay = stays.preadmit(patient=merged, unit=unit, expected_at=NOW, kind=StayKind.INPATIENT, by=None, at=NOW)
    assert stay.patient == survivor


def test_a_person_does_not_correct_or_withdraw_a_record_that_was_merged():
    survivor, merged, by = a_patient(), a_patient(), a_user(Role.ADMISSIONS_OFFICE)
    merge(survivor, merged)
    with nothing_written(), refused(Conflict, "merged", saying="vient d’être fusionné"):
        patients.correct(patient=merged, traits={"birth_name": "Autre"}, by=by, at=NOW)
    with nothing_written(), refused(Conflict, "merged", saying="vient d’être fusionné"):
        patients.withdraw(patient=merged, by=by, at=NOW)
    with nothing_written(), refused(Conflict, "patient_has_merge", saying="annuler d’abord"):
        patients.withdraw(patient=survivor, by=by, at=NOW)


def test_another_system_corrects_the_record_that_goes_on():
    survivor, merged = a_patient(), a_patient()
    merge(survivor, merged)
    assert patients.correct(patient=merged, traits={"birth_name": "Autre"}, by=None, at=NOW)
    survivor.refresh_from_db()
    assert survivor.birth_name == "Autre"


def test_a_merged_stay_goes_on_as_before():
    survivor, merged = a_patient(), a_patient()
    here, there = beds(a_unit(), 2)
    stay = present(here, patient=merged)
    merge(survivor, merged)
    stays.move(stay=stay, to=there, by=None, at=NOW)
    assert [(row.bed, row.patient) for row in Placement.objects.order_by("starts_at")] == [
        (here, survivor),
        (there, survivor),
    ]
