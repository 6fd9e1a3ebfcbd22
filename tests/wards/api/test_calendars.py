import pytest
import time_machine

from amh.core.roles import Role
from tests.core.api import world
from tests.expectations import counted
from tests.factories.calendars import OFFICE_HOURS, a_calendar
from tests.factories.clocks import NOW
from wards.models import Calendar

pytestmark = pytest.mark.django_db
MONDAY = [{"weekday": 0, "opens": "08:00:00", "closes": "12:00:00"}]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def admin():
    return world.program(Role.ADMINISTRATOR)


def test_a_calendar_is_made_described_and_removed(admin):
    made = admin.post("calendars/", {"name": "HDJ"})
    row = made.json()
    assert (made.status_code, row["hours"], row["is_open"], row["changes_at"]) == (201, [], False, None)
    assert row["closed_on_holidays"] is True
    address = f"calendars/{row['id']}"

    described = admin.post(f"{address}/set-hours/", {"hours": MONDAY}).json()
    assert (described["hours"], described["is_open"]) == (MONDAY, False)
    assert described["changes_at"] == "2026-11-23T08:00:00+01:00"

    changed = admin.post(f"{address}/change/", {"name": "Hôpital de jour", "closed_on_holidays": False}).json()
    assert (changed["name"], changed["closed_on_holidays"]) == ("Hôpital de jour", False)

    days = {"first_day": "2026-11-23", "last_day": "2026-11-23", "reason": "Grève"}
    apart = admin.post(f"{address}/set-apart/", days).json()
    assert apart["changes_at"] == "2026-11-30T08:00:00+01:00"
    exception = apart["exceptions"][0]["id"]
    back = admin.post(f"{address}/give-back/", {"exception": exception}).json()
    assert (back["exceptions"], back["changes_at"]) == ([], "2026-11-23T08:00:00+01:00")
    assert admin.post(f"{address}/give-back/", {"exception": exception}).status_code == 404

    assert admin.post(f"{address}/remove/").status_code == 204
    assert admin.get(f"{address}/").status_code == 404


def test_a_refusal_names_its_field(admin):
    made = a_calendar("HDJ", hours=OFFICE_HOURS)
    address = f"calendars/{made.pk}"
    sunday = [MONDAY[0] | {"weekday": 7}]
    overlap = [*MONDAY, {"weekday": 0, "opens": "11:00", "closes": "13:00"}]
    for answer, status, code, field in (
        (admin.post("calendars/", {"name": "hdj"}), 409, "name_taken", "name"),
        (admin.post(f"{address}/set-hours/", {"hours": overlap}), 422, "overlap", "hours"),
        (
            admin.post(f"{address}/set-hours/", {"hours": sunday}),
            400,
            "invalid",
            "hours.0.weekday",
        ),
        (
            admin.post(f"{address}/set-apart/", {"first_day": "2026-11-24", "last_day": "2026-11-23"}),
            422,
            "end_before_start",
            "last_day",
        ),
    ):
        assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (status, code, [field])
    assert made.hours.count() == 10


def test_a_trade_gets_a_calendar_and_gives_it_back(admin):
    made = a_calendar(hours=OFFICE_HOURS)
    assert admin.post("working-times/settle/", {"role": "amh", "calendar": made.pk}).status_code == 204
    assert admin.get("working-times/", role="amh").json()["results"][0]["calendar"] == made.pk
    assert admin.post(f"calendars/{made.pk}/remove/").json()["code"] == "in_use"
    assert admin.post("working-times/settle/", {"role": "amh", "calendar": None}).status_code == 204
    assert admin.get("working-times/").json()["count"] == 0
    assert admin.post("working-times/settle/", {"role": "cook", "calendar": None}).status_code == 400


def test_calendars_are_found_by_unit_and_by_what_is_open(admin):
    office = a_calendar(hours=OFFICE_HOURS)
    a_calendar()
    unit = world.unit(calendar=office)

    def found(**filters):
        return [row["id"] for row in admin.get("calendars/", **filters).json()["results"]]

    assert (len(found()), found(unit=unit.pk), found(unit=0)) == (2, [office.pk], [])
    assert found(at="2026-11-23T09:00:00+01:00") == [office.pk]
    assert found(at="2026-11-23T12:30:00+01:00") == []
    assert admin.get("calendars/", at="2300-01-01T00:00:00Z").status_code == 400


def test_staff_read_and_administrators_write(admin):
    made, nurse = a_calendar(), world.program(Role.NURSE)
    assert nurse.get(f"calendars/{made.pk}/").status_code == 200
    assert nurse.get("working-times/").status_code == 200
    for address, body in (
        ("calendars/", {"name": "X"}),
        (f"calendars/{made.pk}/change/", {"name": "X"}),
        (f"calendars/{made.pk}/set-hours/", {"hours": []}),
        (f"calendars/{made.pk}/set-apart/", {"first_day": "2026-11-24", "last_day": "2026-11-24"}),
        (f"calendars/{made.pk}/give-back/", {"exception": 1}),
        (f"calendars/{made.pk}/remove/", {}),
        ("working-times/settle/", {"role": "amh", "calendar": made.pk}),
    ):
        assert nurse.post(address, body).status_code == 403
    assert world.program(Role.INTERFACE).get("calendars/").status_code == 403
    assert Calendar.objects.get() == made


def test_a_list_costs_the_same_for_one_row_and_for_thirty(admin):
    admin.get("calendars/")
    queries = []
    for number in (1, 29):
        for _ in range(number):
            a_calendar(hours=OFFICE_HOURS)
        with counted(queries):
            assert admin.get("calendars/").status_code == 200
    assert queries[0] == queries[1]
