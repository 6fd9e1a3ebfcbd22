import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.roles import Role
from amh.core.transactions import act
from patients.actions import correspondents, organisations, practitioners
from patients.models import Correspondent, CorrespondentRole
from tests.expectations import nothing_written, recorded, refused
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from tests.factories.records import a_gp, a_practitioner, an_organisation

pytestmark = pytest.mark.django_db
R = CorrespondentRole


def add(patient, role=R.GP, by=None, **named):
    return correspondents.add(patient=patient, role=role, by=by, at=NOW, **named)


def test_a_general_practitioner_is_noted():
    unit = a_unit()
    stay, doctor, by = present(a_bed(unit)), a_practitioner(), a_user(Role.AMH, unit)
    with recorded("correspondent.add"):
        row = add(stay.patient, practitioner=doctor, by=by)
    assert (row.practitioner, row.organisation, row.entered_by, row.entered_at) == (doctor, None, by, NOW)


def test_none_declared_is_an_answer_and_stands_in_the_place_of_one():
    who = a_patient()
    row = add(who)
    assert (row.practitioner, row.organisation) == (None, None)
    with refused(Conflict, "gp_known", field="role", saying="aucun médecin traitant déclaré"):
        add(who, practitioner=a_practitioner())


def test_a_second_general_practitioner_is_refused_by_name():
    who = a_patient()
    a_gp(who, a_practitioner("Lefèvre"))
    doctor = a_practitioner()
    with nothing_written(), refused(Conflict, "gp_known", field="role", saying="Dr LEFÈVRE Luc"):
        add(who, practitioner=doctor)


def test_the_database_refuses_a_second_one_too():
    who = a_patient()
    a_gp(who)
    with refused(Conflict, "correspondent_one_gp", saying="vient d’être noté"):
        insert(who)


def insert(who):
    """Past the rule, as two people at the same instant would be."""
    return act(lambda: Correspondent.objects.create(patient=who, role=R.GP, entered_at=NOW))()


def test_one_takes_the_place_of_another():
    who, after = a_patient(), a_practitioner()
    before = a_gp(who)
    row = correspondents.replace(correspondent=before, practitioner=after, by=None, at=NOW)
    before.refresh_from_db()
    assert (row.role, row.practitioner, before.withdrawn_at) == (R.GP, after, NOW)


def test_a_replacement_that_is_refused_leaves_the_first_where_it_was():
    who = a_patient()
    before, closed = a_gp(who), a_practitioner()
    practitioners.close(practitioner=closed, by=None, at=NOW)
    with nothing_written(), refused(Invalid, "inactive", field="who", saying="plus en activité"):
        correspondents.replace(correspondent=before, practitioner=fresh(closed), by=None, at=NOW)
    before.refresh_from_db()
    assert before.withdrawn_at is None


def fresh(row):
    row.refresh_from_db()
    return row


def test_one_that_was_replaced_meanwhile_is_replaced_no_more():
    who = a_patient()
    before = a_gp(who)
    correspondents.replace(correspondent=before, practitioner=a_practitioner(), by=None, at=NOW)
    with refused(Conflict, "correspondent_withdrawn"):
        correspondents.replace(correspondent=before, practitioner=a_practitioner(), by=None, at=NOW)


def test_several_others_are_noted_each_once_in_a_quality():
    who, doctor, pharmacy = a_patient(), a_practitioner(), an_organisation()
    add(who, R.CORRESPONDENT, practitioner=doctor)
    add(who, R.CORRESPONDENT, practitioner=a_practitioner())
    add(who, R.REFERRER, practitioner=doctor)
    add(who, R.PHARMACY, organisation=pharmacy)
    with nothing_written(), refused(Conflict, "correspondent_known", field="who"):
        add(who, R.CORRESPONDENT, practitioner=doctor)


@pytest.mark.parametrize("role", [role for role in R if role != R.GP])
def test_only_a_general_practitioner_may_be_nobody(role):
    with refused(Invalid, "required", field="who"):
        add(a_patient(), role)


def test_a_general_practitioner_is_a_person():
    with refused(Invalid, "not_a_person", field="who"):
        add(a_patient(), organisation=an_organisation())


def test_one_of_both_is_named():
    with refused(Invalid, "two_named", field="who"):
        add(a_patient(), R.NURSE, practitioner=a_practitioner(), organisation=an_organisation())


def test_a_structure_that_is_closed_is_noted_no_more():
    pharmacy = an_organisation()
    organisations.close(organisation=pharmacy, by=None, at=NOW)
    with refused(Invalid, "inactive", field="who"):
        add(a_patient(), R.PHARMACY, organisation=fresh(pharmacy))


def test_one_is_withdrawn_once_and_restored_once():
    row = a_gp(a_patient())
    with recorded("correspondent.withdraw"):
        correspondents.withdraw(correspondent=row, by=None, at=NOW)
    with nothing_written():
        correspondents.withdraw(correspondent=row, by=None, at=NOW)
    with recorded("correspondent.restore"):
        correspondents.restore(correspondent=row, by=None, at=NOW)
    with nothing_written():
        correspondents.restore(correspondent=row, by=None, at=NOW)
    assert fresh(row).withdrawn_at is None


def test_one_is_not_restored_beside_its_successor():
    who = a_patient()
    before = a_gp(who)
    correspondents.replace(correspondent=before, practitioner=a_practitioner(), by=None, at=NOW)
    with nothing_written(), refused(Conflict, "gp_known", field="role"):
        correspondents.restore(correspondent=before, by=None, at=NOW)


def test_the_right_is_that_of_the_units_of_the_patient():
    unit = a_unit()
    row = a_gp(present(a_bed(unit)).patient)
    stranger = a_user(Role.AMH, a_unit())
    for verb in (correspondents.withdraw, correspondents.restore):
        with nothing_written(), refused(Denied, "exceptional_access_needed"):
            verb(correspondent=row, by=stranger, at=NOW)
    manager = a_user(Role.BED_MANAGER)
    with nothing_written(), refused(Denied, "denied"):
        add(row.patient, by=manager)
