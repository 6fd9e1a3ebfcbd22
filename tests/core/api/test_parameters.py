import pytest

from amh.core.models import ParameterValue
from amh.core.parameters import PARAMETERS
from amh.core.roles import Role
from tests.core.api import world
from tests.expectations import counted

pytestmark = pytest.mark.django_db
DELAY = "departure_delay_minutes"


@pytest.fixture
def program():
    return world.program(Role.ADMINISTRATOR)


def say(program, key=DELAY, **body):
    return program.post(f"parameters/{key}/change/", body)


def test_every_parameter_is_listed_with_its_bounds_and_values(program):
    unit = world.unit()
    say(program, value=45)
    say(program, value=0, unit=unit.pk)

    rows = {row["key"]: row for row in program.get("parameters/").json()["results"]}

    assert set(rows) == set(PARAMETERS)
    delay = rows[DELAY]
    assert (delay["kind"], delay["lowest"], delay["highest"], delay["default"]) == ("minutes", 0, 1440, 30)
    assert (delay["value"], [(row["unit"], row["value"]) for row in delay["own_values"]]) == (45, [(unit.pk, 0)])
    assert rows["feed_alert_subject"]["names"] == ["sender", "day", "hour", "minutes"]
    assert rows["dpi_link"]["value"] == ""
    assert program.get(f"parameters/{DELAY}/").json() == delay


def test_a_value_is_given_and_given_back_and_all_are_kept(program):
    unit = world.unit()
    assert say(program, value=45).json()["value"] == 45
    assert say(program, value=None).json()["value"] == 30
    say(program, value=5, unit=unit.pk)

    values = [row["value"] for row in program.get(f"parameters/{DELAY}/history/").json()["results"]]
    own = program.get(f"parameters/{DELAY}/history/", unit=unit.pk).json()["results"]

    assert values == [None, 45]
    assert [(row["unit"], row["value"], row["entered_by"]) for row in own] == [(unit.pk, 5, program.user.pk)]


@pytest.mark.parametrize(
    ("key", "body", "status", "code", "field"),
    [
        (DELAY, {"value": 1441}, 422, "bad_value", "value"),
        (DELAY, {"value": "30"}, 422, "bad_value", "value"),
        (DELAY, {}, 400, "invalid", "value"),
        (DELAY, {"value": 3, "unit": 999_999}, 422, "unknown_unit", "unit"),
        (DELAY, {"value": 3, "unit": "MED"}, 400, "invalid", "unit"),
        ("hospital_name", {"value": {"fr": "<b>CLCC</b>", "en": ""}}, 422, "bad_value", "fr"),
        ("hospital_name", {"value": {"fr": "CLCC", "en": ""}, "unit": 1}, 422, "not_per_unit", "unit"),
        ("feed_alert_body", {"value": {"fr": "{nom}", "en": ""}}, 422, "bad_template", "fr"),
        ("dpi_link", {"value": "javascript:x"}, 422, "bad_value", "value"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(program, key, body, status, code, field):
    answer = say(program, key, **body)

    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (status, code, [field])
    assert not ParameterValue.objects.exists()


def test_an_unknown_key_is_nowhere(program):
    for answer in (
        program.get("parameters/delai/"),
        program.get("parameters/delai/history/"),
        say(program, "delai", value=3),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("unit", ["MED", "", "-1", "9" * 30])
def test_a_unit_that_is_no_number_is_malformed(program, unit):
    answer = program.get(f"parameters/{DELAY}/history/?unit={unit}")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["unit"])


def test_the_same_change_sent_twice_is_done_once(program):
    answers = [program.post(f"parameters/{DELAY}/change/", {"value": 9}, Idempotency_Key="k1") for _ in range(2)]

    assert [answer.json()["value"] for answer in answers] == [9, 9]
    assert ParameterValue.objects.count() == 1


def test_the_list_asks_the_same_questions_whatever_the_values(program):
    queries: list[int] = []
    say(program, value=5)
    program.get("parameters/")
    with counted(queries):
        program.get("parameters/")
    for number in range(30):
        say(program, value=number, unit=world.unit().pk)
    with counted(queries):
        program.get("parameters/")
    assert queries[0] == queries[1]
