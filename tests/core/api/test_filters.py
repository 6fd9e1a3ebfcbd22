import pytest

from tests.core.api import world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("unite", "3"),
        ("unit", "MED"),
        ("shielded", "oui"),
        ("page_size", "many"),
        ("page_size", "0"),
        ("page_size", "-1"),
        ("page_size", "²"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(name, value):
    answer = world.program().get("rooms/", **{name: value})

    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (400, "invalid", [name])


def test_a_page_holds_five_hundred_rows_at_most():
    assert world.program().get("rooms/", page_size=10**6).status_code == 200
