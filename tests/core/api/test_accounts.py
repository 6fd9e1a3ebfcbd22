import pytest

from amh.core.models import User
from amh.core.roles import Role
from tests.core.api import world
from tests.expectations import counted
from tests.factories.people import a_user

pytestmark = pytest.mark.django_db

PASSWORD = "trois-chaises-vertes"
NEW = {"username": "a.martin", "role": "nurse", "last_name": "Martin", "password": PASSWORD}
IDENTITY = {"role": "amh", "last_name": "Durand", "first_name": "Zoé", "email": "z@example.org"}


@pytest.fixture
def admin() -> world.Program:
    return world.program(Role.ADMINISTRATOR)


def test_an_account_never_shows_what_proves_it(admin) -> None:
    answer = admin.post("accounts/", NEW)
    assert answer.status_code == 201
    user = User.objects.get(username="a.martin")
    assert answer["Location"].endswith(f"/api/v1/accounts/{user.pk}/")
    assert set(answer.json()) == {
        *("id", "username", "role", "last_name", "first_name", "email", "is_active", "date_joined", "last_login")
    }
    assert user.check_password(PASSWORD)
    for path in (f"accounts/{user.pk}/", "accounts/"):
        said = admin.get(path).content.decode()
        assert user.password not in said
        assert admin.secret not in said


def test_sent_twice_it_is_made_once(admin) -> None:
    first, second = (admin.post("accounts/", NEW, Idempotency_Key="one") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    third = admin.post("accounts/", NEW)
    assert (third.status_code, third.json()["code"]) == (409, "username_taken")


@pytest.mark.parametrize(
    ("choices", "status", "field"),
    [
        ({"username": "a martin"}, 422, "username"),
        ({"username": ""}, 400, "username"),
        ({"role": "cuisine"}, 400, "role"),
        ({"email": "martin"}, 400, "email"),
        ({"password": "court"}, 422, "password"),
        ({"password": None}, 422, "password"),
        ({"role": "interface"}, 422, "password"),
        ({"last_name": None}, 400, "last_name"),
        ({"last_name": "a\u0000b"}, 400, "last_name"),
    ],
)
def test_what_makes_no_sense_is_named(admin, choices, status, field) -> None:
    answer = admin.post("accounts/", NEW | choices)
    assert answer.status_code == status
    assert field in answer.json()["errors"]
    assert User.objects.count() == 1


def test_an_account_through_its_life(admin) -> None:
    user = a_user(Role.NURSE)
    changed = admin.post(f"accounts/{user.pk}/change/", IDENTITY)
    assert (changed.status_code, changed.json()["role"], changed.json()["first_name"]) == (200, "amh", "Zoé")
    assert admin.post(f"accounts/{user.pk}/set-password/", {"password": PASSWORD}).status_code == 204
    assert admin.post(f"accounts/{user.pk}/close/").json()["is_active"] is False
    assert admin.post(f"accounts/{user.pk}/close/").json()["code"] == "closed"
    assert admin.post(f"accounts/{user.pk}/reopen/").json()["is_active"] is True
    assert admin.post(f"accounts/{user.pk}/reopen/").json()["code"] == "open"


def test_an_administrator_cannot_close_itself(admin) -> None:
    answer = admin.post(f"accounts/{admin.user.pk}/close/")
    assert (answer.status_code, answer.json()["code"]) == (409, "own_account")


def test_the_list_filters(admin) -> None:
    nurse, closed = a_user(Role.NURSE), a_user(Role.AMH)
    User.objects.filter(pk=closed.pk).update(is_active=False)

    def found(**filters: str) -> list[int]:
        return [row["id"] for row in admin.get("accounts/", **filters).json()["results"]]

    assert found() == [admin.user.pk, nurse.pk, closed.pk]
    assert found(role="nurse") == [nurse.pk]
    assert found(is_active="false") == [closed.pk]
    assert found(username=nurse.username) == [nurse.pk]
    assert admin.get("accounts/", password="x").status_code == 400


def test_the_list_costs_the_same_for_one_and_for_thirty(admin) -> None:
    queries: list[int] = []
    for more in (1, 30):
        for _ in range(more):
            a_user(Role.NURSE)
        with counted(queries):
            assert admin.get("accounts/").status_code == 200
    assert queries[0] == queries[1] + 1, "the first request alone writes that the token was used"
