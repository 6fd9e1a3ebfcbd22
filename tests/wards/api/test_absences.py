from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.roles import Role
from tests.core.api import world
from tests.expectations import counted
from tests.factories.people import a_user
from wards.actions import absences, covers
from wards.models import Absence

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def lead():
    return world.program(Role.TEAM_LEAD)


def later(hours):
    return (timezone.now() + hours * HOUR).isoformat()


def record(program, user, **said):
    return program.post("absences/", {"user": user.pk, "starts_at": later(1), "ends_at": later(4)} | said)


def test_an_absence_is_noted_cut_short_and_given_back(lead):
    amh = a_user(Role.AMH)

    noted = record(lead, amh)

    row = noted.json()
    assert (noted.status_code, row["user"]["id"]) == (201, amh.pk)
    assert set(row) == {"id", "user", "starts_at", "ends_at", "entered_at", "entered_by"}
    end = later(2)
    assert lead.post(f"absences/{row['id']}/cut-short/", {"ends_at": end}).status_code == 200
    assert lead.post(f"absences/{row['id']}/cut-short/", {"ends_at": end}).json()["code"] == "not_shorter"
    assert lead.post(f"absences/{row['id']}/undo/").json()["ends_at"] == row["ends_at"]
    assert lead.post(f"absences/{row['id']}/undo/").json()["code"] == "already_cancelled"


@pytest.mark.parametrize(("answer", "kept"), [("keep", True), ("end", False)])
def test_what_was_promised_is_kept_or_ended(lead, answer, kept):
    amh, now = a_user(Role.AMH), timezone.now()
    cover = covers.cover(unit=world.unit(), user=amh, starts_at=now, ends_at=now + 3 * HOUR, by=None, at=now)
    asked = record(lead, amh)
    assert (asked.status_code, asked.json()["code"], list(asked.json()["errors"])) == (
        409,
        "commitments",
        ["commitments"],
    )
    assert record(lead, amh, commitments=answer).status_code == 201
    cover.refresh_from_db()
    assert (cover.ends_at == now + 3 * HOUR) is kept
    assert record(lead, amh, commitments="maybe").status_code == 400


def test_absences_are_noted_by_those_who_organise():
    amh = world.program(Role.AMH)
    now = timezone.now()
    made = absences.record(user=amh.user, starts_at=now, ends_at=now + HOUR, by=None, at=now)
    assert record(amh, amh.user).status_code == 403
    for verb, body in (("cut-short", {"ends_at": later(1)}), ("undo", {})):
        assert amh.post(f"absences/{made.pk}/{verb}/", body).status_code == 403
    assert amh.get("absences/").json()["count"] == 1
    assert world.program(Role.WALL).get("absences/").status_code == 403


def test_absences_are_found_by_person_unit_and_moment(lead):
    unit = world.unit()
    member = world.program(Role.AMH, unit).user
    record(lead, member)
    record(lead, a_user(Role.AMH), starts_at=later(5), ends_at=later(6))

    def count(**filters):
        return lead.get("absences/", **filters).json()["count"]

    assert [count(), count(user=member.pk), count(unit=unit.pk), count(unit=0)] == [2, 1, 1, 0]
    assert [count(at=later(hours)) for hours in (0, 2, 4.5, 5.5)] == [0, 1, 0, 1]


def test_a_list_costs_the_same_for_one_row_and_for_thirty(lead):
    lead.get("absences/")
    queries = []
    for number in (1, 29):
        for _ in range(number):
            record(lead, a_user(Role.AMH))
        with counted(queries):
            assert lead.get("absences/").status_code == 200
    assert queries[0] == queries[1]
    assert Absence.objects.count() == 30
