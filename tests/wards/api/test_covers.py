from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.roles import Role
from tests.core.api import world
from tests.expectations import counted
from tests.factories.people import a_user
from wards.actions import absences, covers
from wards.models import Cover

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def lead():
    return world.program(Role.TEAM_LEAD)


def times(start=1, end=3):
    now = timezone.now()
    return {"starts_at": (now + start * HOUR).isoformat(), "ends_at": (now + end * HOUR).isoformat()}


def give(program, unit, who, **said):
    return program.post("covers/", {"unit": unit.pk, "user": who.pk} | times() | said)


def test_a_cover_is_given_ended_and_goes_on(lead):
    unit, amh, colleague = world.unit(), a_user(Role.AMH), a_user(Role.AMH)

    given = give(lead, unit, amh, replaces=colleague.pk)

    assert given.status_code == 201
    row = given.json()
    assert (row["user"]["id"], row["user"]["role"], row["replaces"]["id"]) == (amh.pk, "amh", colleague.pk)
    assert lead.get(f"covers/{row['id']}/").json() == row
    ended = lead.post(f"covers/{row['id']}/end/")
    assert ended.json()["ends_at"] == ended.json()["starts_at"]
    again = lead.post(f"covers/{row['id']}/end/")
    assert (again.status_code, again.json()["code"]) == (409, "already_cancelled")
    assert lead.post(f"covers/{row['id']}/undo/").json()["ends_at"] == row["ends_at"]


def test_a_refusal_names_its_field(lead):
    unit, amh = world.unit(), a_user(Role.AMH)
    give(lead, unit, amh)
    for answer, status, code, field in (
        (give(lead, unit, amh), 409, "covers_already", "user"),
        (give(lead, unit, a_user(Role.PORTER)), 409, "role_without_units", "user"),
        (give(lead, unit, amh, **times(3, 2)), 422, "end_before_start", "ends_at"),
        (give(lead, unit, amh, replaces=amh.pk), 422, "replaces_oneself", "replaces"),
        (give(lead, unit, amh, user=0), 422, "unknown_reference", "user"),
        (give(lead, unit, amh, starts_at="2300-01-01T00:00:00Z"), 400, "invalid", "starts_at"),
        (give(lead, unit, amh, ends_at="2026-02-30T02:30:00Z"), 400, "invalid", "ends_at"),
    ):
        assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (status, code, [field])
    assert Cover.objects.count() == 1


def test_the_same_request_sent_twice_gives_one_cover(lead):
    body = {"unit": world.unit().pk, "user": a_user(Role.AMH).pk} | times()
    first, second = (lead.post("covers/", body, Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, second.json(), Cover.objects.count()) == (201, first.json(), 1)


def test_a_unit_is_taken_over_by_whoever_asks():
    unit, amh = world.unit(), world.program(Role.AMH)
    taken = amh.post("covers/take-over/", {"unit": unit.pk})
    assert (taken.status_code, taken.json()["user"]["id"]) == (200, amh.user.pk)
    assert amh.post("covers/take-over/", {"unit": unit.pk}).json()["code"] == "covers_already"
    assert amh.post(f"covers/{taken.json()['id']}/end/").status_code == 200
    assert world.program(Role.NURSE).post("covers/take-over/", {"unit": unit.pk}).status_code == 403
    assert amh.post("covers/take-over/", {"unit": 0}).status_code == 422


def test_rights_are_asked_of_each_verb(lead):
    unit, amh = world.unit(), world.program(Role.AMH)
    row = give(lead, unit, a_user(Role.AMH)).json()
    assert give(amh, unit, a_user(Role.AMH)).status_code == 403
    for verb in ("end", "undo"):
        assert amh.post(f"covers/{row['id']}/{verb}/").status_code == 403
        assert world.program(Role.NURSE).post(f"covers/{row['id']}/{verb}/").status_code == 403
    assert world.program(Role.NURSE).get("covers/").json()["count"] == 1
    assert world.program(Role.INTERFACE).get("covers/").status_code == 403


def test_covers_are_found_by_person_unit_and_moment(lead):
    unit, amh = world.unit(), a_user(Role.AMH)
    now = timezone.now()
    give(lead, unit, amh)
    give(lead, world.unit(), a_user(Role.AMH), **times(5, 6))

    def count(**filters):
        return lead.get("covers/", **filters).json()["count"]

    assert [count(), count(user=amh.pk), count(unit=unit.pk), count(unit=0)] == [2, 1, 1, 0]
    assert [count(at=(now + hours * HOUR).isoformat()) for hours in (0, 2, 4, 5.5)] == [0, 1, 0, 1]
    for wrong in ({"at": "hier"}, {"at": "2300-01-01T00:00:00Z"}, {"user": "x"}, {"who": 1}):
        assert lead.get("covers/", **wrong).status_code == 400


def test_a_cover_against_an_absence_is_refused_either_way(lead):
    unit, amh = world.unit(), a_user(Role.AMH)
    now = timezone.now()
    absences.record(user=amh, starts_at=now, ends_at=now + 2 * HOUR, by=None, at=now)
    answer = give(lead, unit, amh)
    assert (answer.status_code, answer.json()["code"]) == (409, "absent")


def test_a_list_costs_the_same_for_one_row_and_for_thirty(lead):
    lead.get("covers/")
    queries, now = [], timezone.now()
    for number in (1, 29):
        for _ in range(number):
            amh, colleague = a_user(Role.AMH), a_user(Role.AMH)
            covers.cover(
                unit=world.unit(), user=amh, replaces=colleague, starts_at=now, ends_at=now + HOUR, by=None, at=now
            )
        with counted(queries):
            assert lead.get("covers/").status_code == 200
    assert queries[0] == queries[1]
