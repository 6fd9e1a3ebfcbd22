import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.roles import Role
from amh.core.transactions import act
from patients.actions import organisations
from patients.models import Organisation, OrganisationKind
from patients.queries import organisations as queries
from patients.rules.organisations import warnings
from tests.expectations import counted, nothing_written, recorded, refused
from tests.factories.clocks import NOW
from tests.factories.people import a_user
from tests.factories.records import a_practitioner, an_organisation

pytestmark = pytest.mark.django_db
RIGHT_KEY = "690000880"


def fresh(row):
    row.refresh_from_db()
    return row


def test_a_structure_is_entered():
    values = {"name": " Pharmacie du Parc ", "kind": OrganisationKind.PHARMACY, "finess": "69 0000 880", "city": "Lyon"}
    with recorded("organisation.create"):
        one = organisations.create(values=values, by=a_user(Role.ADMINISTRATOR), at=NOW)
    assert (one.name, one.finess, one.city, one.is_active) == ("Pharmacie du Parc", RIGHT_KEY, "Lyon", True)


@pytest.mark.parametrize("finess", ["69000088", "6900008800", "69000088É", "69-000088"])
def test_a_finess_has_nine_signs(finess):
    with nothing_written(), refused(Invalid, "bad_finess", field="finess"):
        an_organisation(finess=finess)


@pytest.mark.parametrize(
    ("finess", "said"),
    [(RIGHT_KEY, ""), ("120456789", "sa clé ne correspond pas"), ("2a0000123", "il porte des lettres"), ("", "")],
)
def test_a_doubtful_one_is_said_and_never_refused(finess, said):
    found = warnings(an_organisation(finess=finess))
    assert len(found) == bool(said)
    assert said in "".join(found)


def test_a_name_is_needed():
    with refused(Invalid, "required", field="name"):
        organisations.create(values={"name": "", "kind": OrganisationKind.OTHER}, by=None, at=NOW)


def test_a_finess_is_that_of_one_and_a_name_of_one_in_its_town():
    an_organisation("Clinique du Lac", finess=RIGHT_KEY)
    an_organisation("Cabinet", city="Lyon")
    with nothing_written(), refused(Conflict, "organisation_known", field="finess", saying="Clinique du Lac"):
        an_organisation("Autre", finess=RIGHT_KEY)
    with nothing_written(), refused(Conflict, "organisation_known", field="name"):
        an_organisation("CABINET", city="lyon")
    assert an_organisation("Cabinet", city="Grenoble").pk


def test_the_database_refuses_a_second_finess_too():
    an_organisation(finess=RIGHT_KEY)
    with refused(Conflict, "organisation_finess", saying="vient d’être ajoutée"):
        act(lambda: Organisation.objects.create(name="B", finess=RIGHT_KEY))()


def test_a_change_keeps_what_is_not_said_and_is_checked():
    one, other = an_organisation("A", city="Lyon"), an_organisation("B", finess=RIGHT_KEY)
    with recorded("organisation.change"):
        assert organisations.change(organisation=one, values={"city": "Bron"}, by=None, at=NOW)
    assert (fresh(one).name, one.city) == ("A", "Bron")
    with nothing_written():
        assert not organisations.change(organisation=one, values={"city": "Bron"}, by=None, at=NOW)
    with refused(Conflict, "organisation_known", field="finess"):
        organisations.change(organisation=one, values={"finess": other.finess}, by=None, at=NOW)


def test_one_is_closed_once_and_reopened_once():
    one = an_organisation()
    with recorded("organisation.close"):
        organisations.close(organisation=one, by=None, at=NOW)
    with nothing_written():
        organisations.close(organisation=one, by=None, at=NOW)
    with recorded("organisation.reopen"):
        organisations.reopen(organisation=one, by=None, at=NOW)
    with nothing_written():
        organisations.reopen(organisation=one, by=None, at=NOW)


def test_only_keepers_of_the_list_write_in_it():
    one, by = an_organisation(), a_user(Role.BED_MANAGER)
    for verb in (organisations.close, organisations.reopen):
        with nothing_written(), refused(Denied, "denied"):
            verb(organisation=one, by=by, at=NOW)
    with nothing_written(), refused(Denied, "denied"):
        organisations.change(organisation=one, values={"name": "B"}, by=by, at=NOW)
    with nothing_written(), refused(Denied, "denied"):
        organisations.create(values={"name": "B", "kind": OrganisationKind.OTHER}, by=by, at=NOW)


def test_the_list_is_searched_by_all_words_whatever_accents_and_capitals():
    practice = an_organisation("Maison de santé", city="Villeurbanne", finess=RIGHT_KEY)
    doctor = a_practitioner("Ÿven", specialty="Pneumologie", organisation=practice)
    a_practitioner("Martin")
    assert list(queries.practitioners("yven")) == [doctor]
    assert list(queries.practitioners("PNEUMO villeurbanne")) == [doctor]
    assert list(queries.practitioners("pneumo grenoble")) == []
    assert list(queries.organisations("sante 69000")) == [practice]
    assert list(queries.organisations("100%")) == []


def test_closed_ones_are_found_on_demand():
    one = an_organisation("Fermée")
    organisations.close(organisation=one, by=None, at=NOW)
    assert list(queries.organisations("fermee")) == [one]
    assert list(queries.organisations("fermee", active=True)) == []
    assert list(queries.organisations("fermee", active=False)) == [one]


def test_the_list_is_read_in_one_query():
    queries_ = []
    for number in (1, 30):
        for _ in range(number):
            a_practitioner(organisation=an_organisation())
        with counted(queries_):
            assert [str(one.organisation) for one in queries.practitioners("structure")]
    assert queries_ == [1, 1]
