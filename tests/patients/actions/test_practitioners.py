import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from amh.core.transactions import act
from patients.actions import practitioners
from patients.models import Practitioner
from patients.rules.practitioners import warnings
from tests.expectations import nothing_written, recorded, refused
from tests.factories.clocks import NOW
from tests.factories.people import a_user
from tests.factories.places import a_unit
from tests.factories.records import a_practitioner, an_organisation

pytestmark = pytest.mark.django_db
RIGHT_KEY, WRONG_KEY = "10005173140", "10002673899"


def fresh(row):
    row.refresh_from_db()
    return row


def test_a_professional_is_entered():
    practice = an_organisation()
    values = {"family_name": " Ÿven ", "given_name": "Luc", "rpps": "10 005 173 140", "organisation": practice}
    with recorded("practitioner.create"):
        one = practitioners.create(values=values, by=a_user(Role.AMH, a_unit()), at=NOW)
    assert (one.family_name, one.rpps, one.organisation, one.is_active) == ("Ÿven", RIGHT_KEY, practice, True)
    assert AuditEntry.objects.latest("pk").params == {}


@pytest.mark.parametrize("rpps", ["1000517314", "100051731401", "810005173140", "1000517314A", "²0005173140"])
def test_a_rpps_has_eleven_digits(rpps):
    with nothing_written(), refused(Invalid, "bad_rpps", field="rpps"):
        a_practitioner(rpps=rpps)


def test_a_wrong_key_is_said_and_never_refused():
    assert warnings(a_practitioner(rpps=RIGHT_KEY)) == []
    assert warnings(a_practitioner(rpps=WRONG_KEY)) == ["Vérifier le RPPS 10002673899 : sa clé ne correspond pas."]
    assert warnings(a_practitioner()) == []


def test_a_name_is_needed():
    with refused(Invalid, "required", field="family_name"):
        practitioners.create(values={"given_name": "Luc", "family_name": " "}, by=None, at=NOW)


def test_a_rpps_is_that_of_one():
    a_practitioner("Martin", rpps=RIGHT_KEY)
    with nothing_written(), refused(Conflict, "practitioner_known", field="rpps", saying="Dr MARTIN Luc"):
        a_practitioner("Autre", rpps=RIGHT_KEY)


def test_without_a_rpps_a_name_is_that_of_one():
    a_practitioner("Lévy")
    with nothing_written(), refused(Conflict, "practitioner_known", field="family_name"):
        a_practitioner("LEVY")
    assert a_practitioner("Lévy", rpps=RIGHT_KEY).pk


@pytest.mark.parametrize("twin", [{"rpps": RIGHT_KEY, "family_name": "B"}, {"rpps": "", "family_name": "A"}])
def test_the_database_refuses_a_twin_too(twin):
    a_practitioner("A", given_name="")
    a_practitioner("C", rpps=RIGHT_KEY)
    code = "practitioner_rpps" if twin["rpps"] else "practitioner_without_rpps"
    with refused(Conflict, code, saying="vient d’être ajouté"):
        act(lambda: Practitioner.objects.create(**twin))()


def test_a_change_keeps_what_is_not_said():
    one = a_practitioner("Martin", specialty="pneumologie")
    with recorded("practitioner.change"):
        assert practitioners.change(practitioner=one, values={"rpps": RIGHT_KEY}, by=None, at=NOW)
    assert (fresh(one).family_name, one.specialty, one.rpps) == ("Martin", "pneumologie", RIGHT_KEY)
    assert AuditEntry.objects.latest("pk").params == {"fields": ["rpps"]}
    with nothing_written():
        assert not practitioners.change(practitioner=one, values={"rpps": RIGHT_KEY}, by=None, at=NOW)


def test_a_change_is_checked_like_a_new_one():
    one = a_practitioner()
    a_practitioner(rpps=RIGHT_KEY)
    with refused(Conflict, "practitioner_known", field="rpps"):
        practitioners.change(practitioner=one, values={"rpps": RIGHT_KEY}, by=None, at=NOW)
    with refused(Invalid, "bad_rpps", field="rpps"):
        practitioners.change(practitioner=one, values={"rpps": "12"}, by=None, at=NOW)


def test_one_is_closed_once_and_reopened_once():
    one = a_practitioner()
    with recorded("practitioner.close"):
        practitioners.close(practitioner=one, by=None, at=NOW)
    with nothing_written():
        practitioners.close(practitioner=one, by=None, at=NOW)
    assert not fresh(one).is_active
    with recorded("practitioner.reopen"):
        practitioners.reopen(practitioner=one, by=None, at=NOW)
    with nothing_written():
        practitioners.reopen(practitioner=one, by=None, at=NOW)
    assert fresh(one).is_active


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ADMISSIONS_OFFICE, Role.TEAM_LEAD])
def test_those_who_complete_records_and_the_administrator_keep_the_list(role):
    assert practitioners.create(values={"family_name": "A"}, by=a_user(role), at=NOW).pk


@pytest.mark.parametrize("role", [Role.BED_MANAGER, Role.DPO, Role.HOUSEKEEPING, Role.INTERFACE, Role.WALL])
def test_nobody_else_does(role):
    one, by = a_practitioner(), a_user(role)
    for verb in (practitioners.close, practitioners.reopen):
        with nothing_written(), refused(Denied, "denied"):
            verb(practitioner=one, by=by, at=NOW)
    with nothing_written(), refused(Denied, "denied"):
        practitioners.create(values={"family_name": "A"}, by=by, at=NOW)
    with nothing_written(), refused(Denied, "denied"):
        practitioners.change(practitioner=one, values={"family_name": "B"}, by=by, at=NOW)


def test_another_system_names_one_by_rpps_then_by_name():
    known = a_practitioner("Martin", rpps=RIGHT_KEY)
    assert practitioners.reference(RIGHT_KEY, "MARTIN", "Luc") == known
    assert practitioners.reference("", "", "") is None
    new = practitioners.reference("", "Durand", "Anne")
    assert (new, new.rpps) == (practitioners.reference("", "Durand", "Anne"), "")
