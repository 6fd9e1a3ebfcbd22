"""The list of correspondents: structures, professionals, their addresses."""

import pytest

from amh.core.roles import Role
from tests.core.api import world
from tests.factories.records import a_practitioner, an_address, an_organisation

pytestmark = pytest.mark.django_db


def program():
    return world.program(Role.ADMINISTRATOR)


def test_a_structure_is_entered_corrected_closed_and_reopened():
    caller = program()
    made = caller.post("organisations/", {"name": "Pharmacie", "kind": "pharmacy", "finess": "120456789"})
    assert made.status_code == 201
    row = made.json()
    assert (row["finess"], len(row["warnings"]), row["is_active"]) == ("120456789", 1, True)
    path = f"organisations/{row['id']}"
    assert caller.post(f"{path}/change/", {"finess": "690000880"}).json()["warnings"] == []
    assert caller.post(f"{path}/close/").json()["is_active"] is False
    assert caller.post(f"{path}/reopen/").json()["is_active"] is True


def test_a_professional_is_entered_corrected_closed_and_reopened():
    caller, practice = program(), an_organisation()
    made = caller.post("practitioners/", {"family_name": "Ÿven", "rpps": "10002673899", "organisation": practice.pk})
    assert made.status_code == 201
    row = made.json()
    assert (row["organisation"], len(row["warnings"])) == (practice.pk, 1)
    path = f"practitioners/{row['id']}"
    assert caller.post(f"{path}/change/", {"organisation": None}).json()["organisation"] is None
    assert caller.post(f"{path}/close/").json()["is_active"] is False
    assert caller.post(f"{path}/reopen/").json()["is_active"] is True


def test_an_address_is_noted_verified_withdrawn_and_restored():
    caller, doctor = program(), a_practitioner()
    made = caller.post("addresses/", {"practitioner": doctor.pk, "kind": "phone", "value": "04 78 00 00 00"})
    assert (made.status_code, made.json()["value"]) == (201, "+33478000000")
    path = f"addresses/{made.json()['id']}"
    assert caller.post(f"{path}/verify/").json()["verified_at"]
    assert caller.post(f"{path}/withdraw/").json()["withdrawn_at"]
    assert caller.post(f"{path}/verify/").json()["code"] == "address_withdrawn"
    assert caller.post(f"{path}/restore/").json()["withdrawn_at"] is None


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("organisations/", {"name": "A", "kind": "other", "finess": "12"}, 422, "bad_finess"),
        ("organisations/", {"name": "A"}, 400, "invalid"),
        ("practitioners/", {"family_name": "A", "rpps": "12"}, 422, "bad_rpps"),
        ("practitioners/", {"family_name": "A", "organisation": 10**30}, 422, "unknown_reference"),
        ("practitioners/", {}, 400, "invalid"),
        ("addresses/", {"kind": "post", "value": "Lyon"}, 400, "invalid"),
    ],
)
def test_what_cannot_be_is_a_problem(path, body, status, code):
    answer = program().post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_address_is_that_of_one():
    both = {"practitioner": a_practitioner().pk, "organisation": an_organisation().pk}
    answer = program().post("addresses/", both | {"kind": "post", "value": "Lyon"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["practitioner"])


def test_a_twin_is_a_conflict():
    a_practitioner("A", rpps="10005173140")
    an_organisation("B", finess="690000880")
    caller = program()
    answers = [
        caller.post("practitioners/", {"family_name": "Z", "rpps": "10005173140"}),
        caller.post("organisations/", {"name": "Z", "kind": "other", "finess": "690000880"}),
    ]
    assert [one.json()["code"] for one in answers] == ["practitioner_known", "organisation_known"]
    assert {one.status_code for one in answers} == {409}


def test_the_list_is_filtered():
    practice = an_organisation("Maison de santé", city="Bron")
    doctor, other = a_practitioner("Lefèvre", organisation=practice), a_practitioner("Martin")
    address = an_address(doctor)
    caller = program()
    caller.post(f"practitioners/{other.pk}/close/")

    def ids(noun, **filters):
        return [row["id"] for row in caller.get(f"{noun}/", **filters).json()["results"]]

    assert ids("practitioners", words="lefevre bron") == ids("practitioners", organisation=practice.pk) == [doctor.pk]
    assert ids("practitioners", is_active="false") == [other.pk]
    assert ids("organisations", words="sante") == ids("organisations", kind="practice") == [practice.pk]
    assert ids("addresses", practitioner=doctor.pk) == ids("addresses", verified="false") == [address.pk]
    assert ids("addresses", verified="true") == ids("addresses", withdrawn="true") == []


@pytest.mark.parametrize("noun", ["organisations", "practitioners", "addresses"])
def test_staff_read_the_list_and_keepers_alone_write(noun):
    entry = {
        "organisations": an_organisation,
        "practitioners": a_practitioner,
        "addresses": lambda: an_address(a_practitioner()),
    }[noun]()
    porter = world.program(Role.PORTER)
    assert porter.get(f"{noun}/{entry.pk}/").status_code == 200
    for verb in {"addresses": ["verify", "withdraw", "restore"]}.get(noun, ["change", "close", "reopen"]):
        assert porter.post(f"{noun}/{entry.pk}/{verb}/", {}).status_code == 403
    assert porter.post(f"{noun}/", {}).status_code == 403
    assert world.program(Role.INTERFACE).get(f"{noun}/").status_code == 403
