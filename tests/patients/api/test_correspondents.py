import pytest

from amh.core.roles import Role
from patients.models import Correspondent
from tests.core.api import world
from tests.factories.records import a_gp, a_practitioner, an_organisation

pytestmark = pytest.mark.django_db


def program():
    return world.program(Role.TEAM_LEAD)


def test_a_general_practitioner_is_noted_replaced_withdrawn_and_restored():
    who, caller = world.patient(), program()
    first, second = a_practitioner(), a_practitioner()
    made = caller.post("correspondents/", {"patient": who.pk, "role": "ODRP", "practitioner": first.pk})
    assert made.status_code == 201
    before = made.json()["id"]
    after = caller.post(f"correspondents/{before}/replace/", {"practitioner": second.pk}).json()
    assert (after["practitioner"], after["role"]) == (second.pk, "ODRP")
    assert caller.post(f"correspondents/{after['id']}/withdraw/").json()["withdrawn_at"]
    assert caller.post(f"correspondents/{before}/restore/").json()["withdrawn_at"] is None
    assert caller.post(f"correspondents/{after['id']}/restore/").json()["code"] == "gp_known"


def test_none_declared_is_an_answer():
    made = program().post("correspondents/", {"patient": world.patient().pk, "role": "ODRP"}).json()
    assert (made["practitioner"], made["organisation"]) == (None, None)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"role": "PHARMACY"}, 422, "required"),
        ({"role": "ODRP", "practitioner": 10**30}, 422, "unknown_reference"),
        ({"role": "ROI"}, 400, "invalid"),
        ({}, 400, "invalid"),
    ],
)
def test_what_cannot_be_is_a_problem(body, status, code):
    answer = program().post("correspondents/", {"patient": world.patient().pk} | body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_second_general_practitioner_is_a_conflict():
    who = world.patient()
    a_gp(who)
    answer = program().post("correspondents/", {"patient": who.pk, "role": "ODRP"})
    assert (answer.status_code, answer.json()["code"]) == (409, "gp_known")


def test_correspondents_are_filtered():
    who, pharmacy, caller = world.patient(), an_organisation(), program()
    gp = a_gp(who)
    caller.post("correspondents/", {"patient": who.pk, "role": "PHARMACY", "organisation": pharmacy.pk})
    other = Correspondent.objects.latest("pk")

    def ids(**filters):
        return [row["id"] for row in caller.get("correspondents/", **filters).json()["results"]]

    assert ids(patient=who.pk) == [other.pk, gp.pk]
    assert ids(practitioner=gp.practitioner_id) == ids(role="ODRP") == [gp.pk]
    assert ids(organisation=pharmacy.pk) == [other.pk]
    caller.post(f"correspondents/{gp.pk}/withdraw/")
    assert ids(withdrawn="true") == [gp.pk]


def test_the_right_to_see_is_not_the_right_to_write():
    row, manager = a_gp(world.patient()), world.program(Role.BED_MANAGER)
    assert manager.get(f"correspondents/{row.pk}/").status_code == 200
    for verb in ("replace", "withdraw", "restore"):
        assert manager.post(f"correspondents/{row.pk}/{verb}/", {}).status_code == 403
    assert manager.post("correspondents/", {"patient": row.patient_id, "role": "ODRP"}).status_code == 403
