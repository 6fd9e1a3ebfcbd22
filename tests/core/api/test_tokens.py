import pytest
from django.utils import timezone

from amh.core.models import ApiToken, IdempotencyKey
from amh.core.models.tokens import digest
from amh.core.roles import Role
from tests.core.api import world
from tests.factories.people import a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> world.Program:
    return world.program(Role.ADMINISTRATOR)


@pytest.fixture
def gam():
    return a_user(Role.INTERFACE)


def issue(admin: world.Program, account: int, **choices: object):
    return admin.post("tokens/", {"account": account, "label": "ADT"} | choices)


def test_a_secret_is_answered_once(admin, gam) -> None:
    answer = issue(admin, gam.pk)
    token = ApiToken.objects.get(user=gam)
    assert answer.status_code == 201
    assert digest(answer.json()["secret"]) == token.digest
    assert answer["Location"].endswith(f"/api/v1/tokens/{token.pk}/")
    assert answer["Cache-Control"] == "no-store"
    for path in (f"tokens/{token.pk}/", "tokens/"):
        said = admin.get(path).content.decode()
        assert token.digest not in said
        assert "secret" not in said


def test_the_record_of_answers_keeps_no_secret(admin, gam) -> None:
    first, second = (
        admin.post("tokens/", {"account": gam.pk, "label": "ADT"}, Idempotency_Key="one") for _ in range(2)
    )
    assert first.json()["secret"]
    assert second.json() == first.json() | {"secret": ""}
    assert second["Idempotency-Replayed"] == "true"
    assert "secret" not in IdempotencyKey.objects.get().response
    assert ApiToken.objects.filter(user=gam).count() == 1


@pytest.mark.parametrize(
    ("choices", "status", "field"),
    [
        ({"label": ""}, 400, "label"),
        ({"label": "x" * 81}, 400, "label"),
        ({"valid_until": "2020-01-01T00:00:00Z"}, 422, "valid_until"),
        ({"valid_until": "hier"}, 400, "valid_until"),
        ({"permissions": ["place"]}, 422, "permissions"),
        ({"permissions": "send_message"}, 400, "permissions"),
        ({"account": 999_999}, 422, "account"),
        ({"account": None}, 400, "account"),
    ],
)
def test_what_makes_no_sense_is_named(admin, gam, choices, status, field) -> None:
    answer = admin.post("tokens/", {"account": gam.pk, "label": "ADT"} | choices)
    assert answer.status_code == status
    assert field in answer.json()["errors"]
    assert not ApiToken.objects.filter(user=gam).exists()


def test_both_tokens_open_while_the_program_changes_over(admin, gam) -> None:
    old = issue(admin, gam.pk).json()
    new = admin.post(f"tokens/{old['id']}/rotate/", {"valid_until": None}).json()
    assert (new["replaces"], new["account"], new["label"]) == (old["id"], gam.pk, "ADT")
    for secret in (old["secret"], new["secret"]):
        assert world.Program(gam, secret).get("schema/").status_code == 200
    ApiToken.objects.filter(pk=old["id"]).update(valid_until=timezone.now())
    assert world.Program(gam, old["secret"]).get("schema/").status_code == 401
    assert world.Program(gam, new["secret"]).get("schema/").status_code == 200
    again = admin.post(f"tokens/{old['id']}/rotate/", {})
    assert (again.status_code, again.json()["code"]) == (409, "ended")


def test_a_revoked_token_opens_nothing(admin, gam) -> None:
    token = issue(admin, gam.pk).json()
    assert admin.post(f"tokens/{token['id']}/revoke/").json()["revoked_at"]
    assert world.Program(gam, token["secret"]).get("schema/").status_code == 401
    assert admin.post(f"tokens/{token['id']}/revoke/").json()["code"] == "revoked"


def test_a_limited_token_does_what_it_is_limited_to(admin) -> None:
    manager = a_user(Role.BED_MANAGER)
    limited = world.Program(manager, issue(admin, manager.pk, permissions=["view_board"]).json()["secret"])
    bed = world.bed(world.unit())
    assert limited.get("units/").status_code == 200
    refused = limited.post(f"beds/{bed.pk}/close/", {"reason": "works"})
    assert (refused.status_code, refused.json()["code"]) == (403, "denied")


def test_the_list_filters(admin, gam) -> None:
    ended, revoked = issue(admin, gam.pk).json(), issue(admin, gam.pk).json()
    admin.post(f"tokens/{revoked['id']}/revoke/")

    def found(**filters: object) -> list[int]:
        return [row["id"] for row in admin.get("tokens/", **filters).json()["results"]]

    assert found(account=gam.pk) == [ended["id"], revoked["id"]]
    assert found(revoked="true") == [revoked["id"]]
    assert found(account=gam.pk, revoked="false") == [ended["id"]]
