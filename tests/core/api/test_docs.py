import pytest
from django.test import Client

from amh.core.api import docs
from amh.core.api.schema import document
from amh.core.models import User
from amh.core.roles import Role

ONE_OF_EACH_SHAPE = """
() => {
  const seen = new Set();
  const shape = (element) =>
    element.matches("article") ? "" : `${shape(element.parentElement)} ${element.tagName}.${element.className}`;
  for (const article of document.querySelectorAll("article")) {
    const shapes = [...article.querySelectorAll("*")].map(shape);
    if (shapes.every((each) => seen.has(each))) article.remove();
    for (const each of shapes) seen.add(each);
  }
}
"""
"""Leave of hundreds of operations those that show something new: to weigh the colours of all would cost ten seconds."""


def operation(method: str, path: str) -> docs.Operation:
    return next(each for each in docs.operations(document()) if (each.method, each.path) == (method, path))


def test_an_operation_is_told_with_what_it_takes():
    move = operation("POST", "/api/v1/stays/{id}/move/")

    assert [(value.place, value.name, value.kind, value.required) for value in move.values] == [
        ("header", "Idempotency-Key", "string", False),
        ("path", "id", "integer", True),
        ("body", "bed", "integer", True),
        ("body", "effective_at", "string, null (date-time)", False),
        ("body", "reason", "string", False),
    ]
    assert "409" in dict(move.answers)


def test_choices_are_spelled_out():
    close = operation("POST", "/api/v1/beds/{id}/close/")

    kind = next(value for value in close.values if value.name == "kind")
    assert (kind.kind, kind.description) == ("closed, blocked", "closed : Fermé\nblocked : Neutralisé")


@pytest.mark.django_db
def test_whoever_is_logged_in_reads_the_page():
    client = Client()
    assert client.get("/api/v1/docs/").status_code == 302
    client.force_login(User.objects.create_user("admin", role=Role.ADMINISTRATOR))

    answer = client.get("/api/v1/docs/")

    assert answer.status_code == 200
    assert "/api/v1/stays/{id}/move/" in answer.content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_is_accessible_and_within_the_security_policy(page, sign_in, check_accessible):
    sign_in(User.objects.create_user("admin", role=Role.ADMINISTRATOR, last_name="MARTIN"))

    page.goto("/api/v1/docs/")

    assert page.get_by_role("heading", name="Interface REST").is_visible()
    check_accessible(page, but=("color-contrast",))
    page.evaluate(ONE_OF_EACH_SHAPE)
    assert page.locator("article").count() < 30
    check_accessible(page)
