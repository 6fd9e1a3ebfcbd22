import pytest

from amh.core.roles import Role
from tests.core.api import world
from tests.factories.records import a_flag

pytestmark = pytest.mark.django_db


def program():
    return world.program(Role.TEAM_LEAD)


def test_something_is_signalled_precised_lifted_and_put_back():
    who, caller = world.patient(), program()
    made = caller.post("flags/", {"patient": who.pk, "kind": "interpreter", "detail": "turc"})
    assert made.status_code == 201
    path = f"flags/{made.json()['id']}"
    assert caller.post(f"{path}/change/", {"detail": "arabe"}).json()["detail"] == "arabe"
    assert caller.post(f"{path}/lift/").json()["ends_at"]
    assert caller.post(f"{path}/restore/").json()["ends_at"] is None
    undone = caller.post(f"{path}/withdraw/").json()
    assert undone["ends_at"] == undone["starts_at"]


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"kind": "clinical_trial"}, 422, "required", "to_tell"),
        ({"kind": "contact_precautions", "detail": "un germe"}, 422, "not_asked", "detail"),
        ({"kind": "bariatric", "starts_at": "2199-01-01T00:00:00Z"}, 422, "in_the_future", "starts_at"),
        ({"kind": "malade"}, 400, "invalid", "kind"),
        ({"kind": "interpreter", "detail": "x" * 201}, 400, "invalid", "detail"),
    ],
)
def test_what_cannot_be_is_a_problem_beside_its_field(body, status, code, field):
    answer = program().post("flags/", {"patient": world.patient().pk} | body)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (status, code, [field])


def test_the_same_twice_is_a_conflict():
    who = world.patient()
    flag = a_flag(who)
    answer = program().post("flags/", {"patient": who.pk, "kind": flag.kind})
    assert (answer.status_code, answer.json()["code"]) == (409, "flag_once")


def test_flags_are_filtered():
    who, caller = world.patient(), program()
    standing, lifted = a_flag(who), a_flag(who, "bariatric")
    caller.post(f"flags/{lifted.pk}/lift/")

    def ids(**filters):
        return [row["id"] for row in caller.get("flags/", patient=who.pk, **filters).json()["results"]]

    assert ids() == [lifted.pk, standing.pk]
    assert ids(lifted="false") == ids(kind="contact_precautions") == [standing.pk]
    assert ids(lifted="true") == [lifted.pk]


def test_the_right_to_see_is_not_the_right_to_write():
    flag, manager = a_flag(world.patient()), world.program(Role.BED_MANAGER)
    assert manager.get(f"flags/{flag.pk}/").status_code == 200
    for verb in ("change", "lift", "withdraw", "restore"):
        assert manager.post(f"flags/{flag.pk}/{verb}/", {}).status_code == 403
    assert manager.post("flags/", {"patient": flag.patient_id, "kind": "minor", "detail": "x"}).status_code == 403
