"""A small hospital and programs that call it, for the tests of the REST interface."""

import itertools
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from amh.core.models import ApiToken, User
from amh.core.models.tokens import digest
from amh.core.roles import Role
from patients.actions import patients
from patients.models import Patient, Stay
from tests.factories import presences
from wards.models import Bed, Membership, Room, Unit

NUMBERS = itertools.count(1)
LONG_AGO = timedelta(days=400)


@dataclass
class Program:
    """A program with the token of an account."""

    user: User
    secret: str

    def get(self, path: str, **filters: Any) -> HttpResponse:
        return Client().get(f"/api/v1/{path}", filters, headers=self.headers())

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return Client().post(
            f"/api/v1/{path}",
            {} if body is None else body,
            content_type="application/json",
            headers=self.headers() | {name.replace("_", "-"): value for name, value in headers.items()},
        )

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


def program(role: Role = Role.BED_MANAGER, *units: Unit, **account: Any) -> Program:
    """A program of a new account with this role, member of these units."""
    user = User.objects.create_user(f"{role}-{next(NUMBERS)}", role=role, **account)
    for unit in units:
        Membership.objects.create(user=user, unit=unit, valid_from=timezone.now() - LONG_AGO)
    return Program(user, token(user))


def token(user: User, valid_until: datetime | None = None) -> str:
    """A new token of the account."""
    secret = secrets.token_urlsafe(32)
    ApiToken.objects.create(user=user, label="test", digest=digest(secret), valid_until=valid_until)
    return secret


def unit(**fields: Any) -> Unit:
    """A unit that has long existed."""
    number = next(NUMBERS)
    defaults = {"code": f"U{number}", "name": f"Unité {number}", "valid_from": timezone.now() - LONG_AGO}
    return Unit.objects.create(**defaults | fields)


def bed(unit: Unit, **fields: Any) -> Bed:
    """A bed in a room of its own, as old as its unit."""
    room = Room.objects.create(unit=unit, label=str(next(NUMBERS)), valid_from=unit.valid_from)
    return Bed.objects.create(**{"room": room, "label": "F", "valid_from": unit.valid_from} | fields)


def patient(**traits: Any) -> Patient:
    """A registered person."""
    traits = {"birth_name": f"DURAND{next(NUMBERS)}", "first_names": "Paul", "birth_date": "1958-03-12"} | traits
    return patients.register(traits=traits, by=None, at=timezone.now())


def expected(unit: Unit, who: Patient | None = None, *, at: datetime | None = None) -> Stay:
    """A stay that is expected in the unit."""
    return presences.expected(unit, patient=who or patient(), at=timezone.now(), expected_at=at)


def lying(bed: Bed, who: Patient | None = None) -> Stay:
    """A stay whose patient lies in the bed since an hour ago."""
    return presences.present(bed, patient=who or patient(), at=timezone.now() - timedelta(hours=1))
