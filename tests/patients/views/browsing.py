"""A person in front of a record, without a browser."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from amh.core.models import AccessTrace, User
from patients.models import Patient

HTMX = {"HX-Request": "true"}


class Desk:
    """The session of one person: pages by their names, dialogs sent as the page sends them."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client()
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def get(self, name: str, /, *args: Any, **query: Any) -> HttpResponse:
        return self.client.get(reverse(f"patients:{name}", args=args), query)

    def post(self, name: str, /, *args: Any, **values: Any) -> HttpResponse:
        return self.client.post(reverse(f"patients:{name}", args=args), values)

    def send(self, name: str, /, *args: Any, **values: Any) -> HttpResponse:
        """The same from inside a dialog."""
        return self.client.post(reverse(f"patients:{name}", args=args), values, headers=HTMX)

    def record(self, patient: Patient) -> str:
        """The page of the record."""
        return text(self.get("record", patient.pk))


def text(response: HttpResponse) -> str:
    """What an answer says, its marks of escape undone but for the angle brackets."""
    return response.content.decode().replace("&#x27;", "'").replace("&#39;", "'").replace("&quot;", '"')


def traced() -> list[tuple[str, str, int | None]]:
    """Page, kind and patient of every reading, in order."""
    return [(one.page, one.kind, one.patient_id) for one in AccessTrace.objects.order_by("pk")]


def panel(page: str, anchor: str) -> str:
    """One panel of a page."""
    return page.split(f'id="{anchor}"', 1)[1].split("</section>", 1)[0]
