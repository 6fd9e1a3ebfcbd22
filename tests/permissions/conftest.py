"""Four units alike, and for each trade a person who works in one, covers the second, has left the third and never
had the fourth. They are built once for a module, and each visit is undone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from amh.core import audit
from amh.core.models import AuditEntry, SavedView, User
from amh.core.permissions import Kind
from amh.core.roles import Role
from patients.models import AccessReason, ExceptionalAccess
from tests.expectations import undone
from tests.factories.clocks import LONG_AGO
from tests.factories.logins import browser_of
from tests.permissions.addresses import Visit
from tests.permissions.worlds import HOUR, PHRASE, World, a_world
from wards.models import Cover, Membership

ENDED_AGO = timedelta(hours=1)


class Position(StrEnum):
    """Where a person stands to a unit."""

    OWN = "own"
    COVERED = "covered"
    ENDED = "ended"
    OTHER = "other"


@dataclass
class Hospital:
    """The four units, by position, and those who visit them."""

    at: datetime
    worlds: dict[Position, World]
    visitors: dict[Role, "Visitor"]


@pytest.fixture(scope="module")
def hospital(django_db_setup: None, django_db_blocker: Any) -> Iterator[Hospital]:
    """The hospital in a transaction of its own, which leaves nothing."""
    with django_db_blocker.unblock(), translation.override("fr"), undone():
        yield a_hospital()


def a_hospital() -> Hospital:
    """Four units alike and those who visit them; wherever people write what they want, somebody meant harm."""
    at = timezone.now()
    worlds = {place: a_world(f"ZZ{place}".upper(), at=at) for place in Position}
    return Hospital(at, worlds, {role: Visitor(_person(role, worlds, at=at)) for role in Role})


def _person(role: Role, worlds: dict[Position, World], *, at: datetime) -> User:
    user = User.objects.create_user(f"visitor-{role}", role=role, last_name=PHRASE)
    since: dict[str, Any] = {"user": user, "valid_from": LONG_AGO}
    Membership.objects.create(unit=worlds[Position.OWN].unit, **since)
    Membership.objects.create(unit=worlds[Position.ENDED].unit, valid_until=at - ENDED_AGO, **since)
    spell: dict[str, Any] = {"user": user, "entered_at": at, "starts_at": at - 5 * HOUR}
    Cover.objects.create(unit=worlds[Position.ENDED].unit, ends_at=at - ENDED_AGO, **spell)
    cover = Cover.objects.create(unit=worlds[Position.COVERED].unit, ends_at=at + 5 * HOUR, **spell)
    audit.record("cover.give", subject=cover, by=None, at=at)
    access = an_access(user, worlds[Position.OWN].ids["apart"], starts_at=at - HOUR, ends_at=at + HOUR)
    view = SavedView.objects.create(user=user, page="board:list", name=PHRASE[:60], query="etat=libre", saved_at=at)
    audit.record("saved_view.create", subject=view, by=user, at=at)
    entry = AuditEntry.objects.latest("pk")
    for world in worlds.values():
        world.ids.update({f"own_act:{role}": entry.pk, "own_act": entry.pk})
        world.ids.update({f"own_view:{role}": view.pk, "own_view": view.pk})
        world.ids.update({f"own_cover:{role}": cover.pk, "own_cover": cover.pk})
        world.ids.update({f"own_access:{role}": access.pk, "own_access": access.pk})
    return user


def an_access(user: User, patient_id: int, **period: datetime) -> ExceptionalAccess:
    """An exceptional access, as a row."""
    said = {"reason": AccessReason.ADVICE, "explanation": "Appelée cette nuit"}
    return ExceptionalAccess.objects.create(user=user, patient_id=patient_id, **said, **period)


class Visitor:
    """A person’s browser, which is as it was before at each visit."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = browser_of(user, raise_request_exception=False)
        self.cookies = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def goes(self, visit: Visit, method: str) -> Any:
        """The answer to a visit, after which everything is as before."""
        self.client.cookies.clear()
        self.client.cookies.load(self.cookies)
        with undone():
            return called(self.client, visit, method)


def called(client: Client, visit: Visit, method: str, **headers: str) -> Any:
    """The answer to one request; a file goes as a form, anything else to the interface as JSON."""
    if method == "GET":
        return client.get(visit.path, headers=headers)
    if visit.door.kind == Kind.PAGE or "file" in visit.body:
        return client.post(visit.path, visit.body, headers=headers)
    return client.post(visit.path, visit.body, content_type="application/json", headers=headers)
