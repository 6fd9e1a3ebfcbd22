"""The saved views of whoever asks, and of nobody else."""

import pytest

from amh.core.models import SavedView
from amh.core.roles import Role
from tests.core.api import world

pytestmark = pytest.mark.django_db

SORTANTS = {"name": "Sortants", "query": "etat=sortant"}


@pytest.fixture
def manager() -> world.Program:
    return world.program(Role.BED_MANAGER)


def test_a_view_is_kept_changed_and_removed(manager) -> None:
    answer = manager.post("saved-views/", SORTANTS | {"query": "etat=leaving&q=DURAND"})
    assert answer.status_code == 201
    row = answer.json()
    assert answer["Location"].endswith(f"/api/v1/saved-views/{row['id']}/")
    assert (row["page"], row["query"], row["is_first"]) == ("board:list", "etat=sortant", False)

    changed = manager.post(f"saved-views/{row['id']}/change/", {"name": "Qui sort", "is_first": True})
    assert (changed.json()["name"], changed.json()["is_first"]) == ("Qui sort", True)
    assert [one["name"] for one in manager.get("saved-views/?is_first=true").json()["results"]] == ["Qui sort"]

    assert manager.post(f"saved-views/{row['id']}/remove/", {}).status_code == 204
    assert manager.get("saved-views/").json()["results"] == []


def test_once_per_key(manager) -> None:
    first, second = (manager.post("saved-views/", SORTANTS, Idempotency_Key="one") for _ in range(2))
    assert first.json() == second.json()
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "status", "field"),
    [
        ({"name": ""}, 400, "name"),
        ({"name": "x" * 61}, 400, "name"),
        ({"name": "  \u2003 "}, 400, "name"),
        ({"query": "etat=dormant"}, 422, "etat"),
        ({"page": "desk:team"}, 422, "page"),
        ({"is_first": "peut-être"}, 400, "is_first"),
    ],
)
def test_what_cannot_be_is_refused(manager, said, status, field) -> None:
    answer = manager.post("saved-views/", SORTANTS | said)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert field in answer.text
    assert not SavedView.objects.exists()


def test_a_name_taken_is_a_conflict(manager) -> None:
    manager.post("saved-views/", SORTANTS)
    answer = manager.post("saved-views/", SORTANTS)
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")


def test_the_views_of_others_are_not_there(manager) -> None:
    pk = manager.post("saved-views/", SORTANTS).json()["id"]
    other = world.program(Role.BED_MANAGER)
    assert other.get("saved-views/").json()["results"] == []
    assert other.get(f"saved-views/{pk}/").status_code == 404
    assert other.post(f"saved-views/{pk}/remove/", {}).status_code == 404
    assert other.post(f"saved-views/{pk}/change/", {"name": "À moi"}).status_code == 404
    assert SavedView.objects.get().name == "Sortants"


@pytest.mark.parametrize("role", [Role.WALL, Role.INTERFACE])
def test_who_has_no_board_has_no_views(role) -> None:
    assert world.program(role).get("saved-views/").status_code == 403
