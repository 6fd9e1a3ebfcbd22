from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.roles import Role
from tests.core.api import world
from tests.expectations import counted
from wards.models import Confirmation

pytestmark = pytest.mark.django_db


def test_a_unit_confirms_its_board():
    unit = world.unit()
    program = world.program(Role.AMH, unit, first_name="Camille", last_name="Lefèvre")

    answer = program.post(f"units/{unit.pk}/confirm/", {"doubts": 2})

    made = Confirmation.objects.get()
    assert (answer.status_code, answer.json()["id"], answer.json()["doubts"]) == (200, made.pk, 2)
    assert answer.json()["confirmed_by"] == {"id": program.user.pk, "name": "Camille Lefèvre"} | {
        name: value for name, value in answer.json()["confirmed_by"].items() if name not in ("id", "name")
    }
    assert program.get(f"confirmations/{made.pk}/").json() == answer.json()


def test_the_same_request_sent_again_is_done_once():
    unit = world.unit()
    program = world.program(Role.NURSE, unit)

    answers = [program.post(f"units/{unit.pk}/confirm/", Idempotency_Key="matin") for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert Confirmation.objects.count() == 1


@pytest.mark.parametrize("doubts", [-1, 32_768, "beaucoup", None])
def test_a_number_that_cannot_be_is_malformed(doubts):
    unit = world.unit()
    answer = world.program().post(f"units/{unit.pk}/confirm/", {"doubts": doubts})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["doubts"])
    assert not Confirmation.objects.exists()


def test_a_stranger_to_the_unit_is_refused():
    answer = world.program(Role.AMH, world.unit()).post(f"units/{world.unit().pk}/confirm/")
    assert (answer.status_code, answer.json()["code"]) == (403, "denied")
    assert world.program(Role.PHYSICIAN).post(f"units/{world.unit().pk}/confirm/").status_code == 403


def test_confirmations_are_listed_the_latest_first_by_unit_and_since_when():
    unit, other, program = world.unit(), world.unit(), world.program()
    now = timezone.now()
    rows = [
        Confirmation.objects.create(unit=one, confirmed_at=now - timedelta(days=days), confirmed_by=program.user)
        for one, days in ((unit, 2), (unit, 1), (other, 0))
    ]
    known = [row.pk for row in reversed(rows)]

    def listed(**filters):
        return [row["id"] for row in program.get("confirmations/", **filters).json()["results"]]

    assert listed() == known
    assert listed(unit=unit.pk) == known[1:]
    assert listed(since=(now - timedelta(hours=30)).isoformat()) == known[:2]
    assert listed(page_size=1, page=2) == known[1:2]


def test_a_list_costs_the_same_for_one_row_and_for_thirty():
    program = world.program()
    program.get("confirmations/")
    queries = []
    for number in (1, 29):
        for _ in range(number):
            by = world.program(Role.AMH).user
            Confirmation.objects.create(unit=world.unit(), confirmed_at=timezone.now(), confirmed_by=by)
        with counted(queries):
            program.get("confirmations/")
    assert queries[0] == queries[1]
