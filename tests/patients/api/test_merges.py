import pytest
from django.utils import timezone

from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.actions import merges, patients
from patients.models import Merge, Patient
from tests.core.api import world
from tests.expectations import counted

pytestmark = pytest.mark.django_db


def couple(**traits):
    return world.patient(), world.patient(**traits)


def body(survivor, merged, /, **said):
    return {"survivor": survivor.pk, "merged": merged.pk, "reason": "doublon"} | said


def test_two_records_are_merged_and_separated():
    survivor, merged = couple()
    stay = world.expected(world.unit(), merged)
    office = world.program(Role.ADMISSIONS_OFFICE)

    row = office.post("merges/", body(survivor, merged))

    assert (row.status_code, row.json()["moved"]) == (201, {"patients.stay": 1})
    assert office.get(f"stays/{stay.pk}/").json()["patient"]["id"] == survivor.pk
    undone = office.post(f"merges/{row.json()['id']}/undo/")
    assert (undone.status_code, undone.json()["undone_at"] is None) == (200, False)
    assert office.get(f"stays/{stay.pk}/").json()["patient"]["id"] == merged.pk
    again = office.post(f"merges/{row.json()['id']}/undo/")
    assert (again.status_code, again.json()["code"]) == (409, "already_undone")


def test_a_merge_sent_twice_under_one_key_is_done_once():
    survivor, merged = couple()
    office = world.program(Role.ADMISSIONS_OFFICE)

    answers = [office.post("merges/", body(survivor, merged), Idempotency_Key="one").json() for _ in range(2)]

    assert answers[0] == answers[1]
    assert Merge.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"reason": ""}, 400, "invalid"),
        ({"reason": "x" * 201}, 400, "invalid"),
        ({"merged": 10**9}, 422, "unknown_reference"),
        ({"merged": "abc"}, 400, "invalid"),
    ],
)
def test_what_makes_no_merge(said, status, code):
    survivor, merged = couple()

    answer = world.program(Role.ADMISSIONS_OFFICE).post("merges/", body(survivor, merged, **said))

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Merge.objects.exists()


def test_a_record_into_itself():
    one, _other = couple()

    answer = world.program(Role.ADMISSIONS_OFFICE).post("merges/", body(one, one))

    assert (answer.status_code, answer.json()["code"]) == (422, "merge_itself")


def test_a_preview_moves_nothing_and_says_what_contradicts():
    survivor, merged = couple(sex="M")
    patients.correct(patient=survivor, traits={"sex": "F"}, by=None, at=timezone.now())
    world.expected(world.unit(), merged)
    office = world.program(Role.ADMISSIONS_OFFICE)

    answer = office.post("merges/preview/", {"survivor": survivor.pk, "merged": merged.pk})

    assert answer.json() == {"moved": {"patients.stay": 1}, "contradictions": ["sexe différent"]}
    assert not Merge.objects.exists()
    assert set(AccessTrace.objects.values_list("patient_id", flat=True)) == {survivor.pk, merged.pk}
    refused = office.post("merges/", body(survivor, merged))
    assert (refused.status_code, refused.json()["code"]) == (409, "merge_contradiction")
    assert office.post("merges/", body(survivor, merged, confirmed=True)).status_code == 201


def test_a_merged_record_answers_by_the_one_that_goes_on_and_both_names_find_it():
    survivor = world.patient(birth_name="Lefèvre", birth_date="1961-07-01")
    merged = world.patient(birth_name="Zywicki", birth_date="1962-08-02")
    done = merges.merge(survivor=survivor, merged=merged, reason="", by=None, at=timezone.now())
    program = world.program()

    def found(**filters):
        return [row["id"] for row in program.get("patients/", **filters).json()["results"]]

    assert program.get(f"patients/{merged.pk}/").json()["id"] == survivor.pk
    assert found(name="lefevre") == found(name="zywicki") == found(birth_date="1962-08-02") == [survivor.pk]
    merges.undo(merge=done, by=None, at=timezone.now())
    assert found(name="zywicki") == [merged.pk]


def test_merges_are_listed_by_record_in_constant_queries():
    office, costs = world.program(Role.ADMISSIONS_OFFICE), []
    survivor = world.patient()
    office.get("merges/")
    for number in (1, 12):
        for _ in range(number):
            merges.merge(survivor=survivor, merged=world.patient(), reason="", by=None, at=timezone.now())
        with counted(costs):
            answer = office.get("merges/", patient=survivor.pk, undone="false").json()
    assert answer["count"] == 13
    assert costs[0] == costs[1]
    assert office.get("merges/", patient=Patient.objects.latest("pk").pk).json()["count"] == 1
    assert office.get("merges/", undone="true").json()["count"] == 0
