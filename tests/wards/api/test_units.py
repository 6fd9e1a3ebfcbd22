from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.roles import Role
from tests.core.api import world

pytestmark = pytest.mark.django_db


def test_units_are_listed_in_their_order():
    second, first = world.unit(code="B", position=2), world.unit(code="A", position=1, kind="palliative")
    program = world.program(Role.NURSE)

    answer = program.get("units/").json()

    assert [row["id"] for row in answer["results"]] == [first.pk, second.pk]
    assert (answer["results"][0]["code"], answer["results"][0]["kind"]) == ("A", "palliative")
    assert [row["code"] for row in program.get("units/", kind="inpatient").json()["results"]] == ["B"]


def test_a_unit_that_has_closed_down_is_shown_by_its_number_alone():
    gone = world.unit(valid_until=timezone.now() - timedelta(days=1))
    program = world.program()

    assert program.get("units/").json()["results"] == []
    assert program.get(f"units/{gone.pk}/").json()["code"] == gone.code


def test_lists_come_in_pages():
    codes = [world.unit(position=number).code for number in range(5)]
    program = world.program()

    answer = program.get("units/", page_size=2, page=2).json()

    assert (answer["count"], [row["code"] for row in answer["results"]]) == (5, codes[2:4])
    assert "page=3" in answer["next"]
    beyond = program.get("units/", page=9)
    assert (beyond.status_code, beyond.json()["code"]) == (404, "not_found")


def test_a_filter_that_is_no_value_is_malformed():
    answer = world.program().get("units/", kind="hotel")

    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (400, "invalid", ["kind"])


def test_an_interface_reads_no_unit():
    assert world.program(Role.INTERFACE).get("units/").status_code == 403
