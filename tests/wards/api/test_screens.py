import pytest

from amh.core.models import IdempotencyKey
from amh.core.roles import Role
from tests.core.api import world
from tests.expectations import counted
from tests.factories.places import a_unit
from tests.factories.screens import a_screen, installed
from wards.actions import screens
from wards.models import Screen
from wards.queries import screens as queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return world.program(Role.ADMINISTRATOR)


def test_a_screen_is_described_changed_and_withdrawn(admin):
    med, hem = a_unit("MED"), a_unit("HEM")
    body = {"name": "Hall", "units": [med.pk], "theme": "dark", "page_seconds": 15}
    answer = admin.post("screens/", body)
    row = answer.json()
    assert (answer.status_code, {name: row[name] for name in body}) == (201, body)
    assert (row["enrolled_at"], row["seen_at"], row["revoked_at"]) == (None, None, None)

    changed = admin.post(f"screens/{row['id']}/change/", {"units": [hem.pk]}).json()
    assert (changed["name"], changed["units"]) == ("Hall", [hem.pk])
    assert admin.post(f"screens/{row['id']}/revoke/").json()["revoked_at"]
    again = admin.post(f"screens/{row['id']}/revoke/")
    assert (again.status_code, again.json()["code"]) == (409, "revoked")


def test_a_code_is_answered_once_and_installs_the_screen(admin):
    screen = a_screen()
    answers = [admin.post(f"screens/{screen.pk}/give-code/", Idempotency_Key="once").json() for _ in range(2)]
    code = answers[0]["code"]
    assert answers[1]["code"] == ""
    assert code not in str(IdempotencyKey.objects.get().response)
    assert screens.install(code=code, at=world.timezone.now()).screen == screen


def test_no_digest_comes_out(admin):
    screen = a_screen()
    installed(screen)
    row = admin.get(f"screens/{screen.pk}/").json()
    assert set(row) == {
        *("id", "name", "account", "units", "theme", "page_seconds", "code_until", "enrolled_at", "seen_at"),
        *("created_at", "created_by", "revoked_at"),
    }


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "invalid", "name"),
        ({"name": "Hall", "theme": "rose"}, 400, "invalid", "theme"),
        ({"name": "Hall", "page_seconds": 1}, 400, "invalid", "page_seconds"),
        ({"name": "Pris"}, 409, "name_taken", "name"),
        ({"name": "Hall\u0007"}, 422, "unprintable", "name"),
    ],
)
def test_a_refusal_names_its_field(admin, body, status, code, field):
    a_screen(name="Pris")
    answer = admin.post("screens/", body)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (status, code, [field])


def test_screens_are_for_those_who_set_accounts(admin):
    screen, other = a_screen(), world.program(Role.TEAM_LEAD)
    assert other.get("screens/").status_code == 403
    for verb in ("change", "give-code", "revoke"):
        assert other.post(f"screens/{screen.pk}/{verb}/").status_code == 403
    screen.refresh_from_db()
    assert (screen.code_digest, screen.revoked_at) == ("", None)


def test_the_list_tells_those_in_service_in_as_many_queries_for_many(admin):
    kept, gone = a_screen(a_unit(), a_unit()), a_screen()
    screens.revoke(screen=gone, by=None, at=world.timezone.now())
    rows = admin.get("screens/", revoked="false").json()["results"]
    assert [row["id"] for row in rows] == [kept.pk]
    queries_made: list[int] = []
    for number in (0, 30):
        for _ in range(number):
            a_screen(a_unit())
        with counted(queries_made):
            assert admin.get("screens/").status_code == 200
    assert queries_made[0] == queries_made[1]


def test_every_screen_is_listed_with_its_units_in_two_queries(django_assert_num_queries):
    for _ in range(5):
        a_screen(a_unit(), a_unit())
    with django_assert_num_queries(2):
        assert [len(screen.units.all()) for screen in queries.listed()] == [2] * 5
    assert Screen.objects.count() == 5
