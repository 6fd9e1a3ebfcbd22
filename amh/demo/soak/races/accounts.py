"""Accounts, tokens, keys, sessions and parameters, by two people or two programs at once; what is asked twice."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.test import RequestFactory
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core import seals
from amh.core.actions import accounts, parameters, sessions, tokens, unlocks
from amh.core.api import idempotency
from amh.core.audit import trace
from amh.core.models import (
    AccessTrace,
    ApiToken,
    IdempotencyKey,
    ParameterValue,
    Session,
    TraceSeal,
    UnlockKey,
    UnlockKind,
    User,
)
from amh.core.roles import Role
from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.rounds import Round, ends, race, unless
from amh.demo.soak.wards import Ward

ACCOUNT = "the lock of the account"
SETTERS = "the locks of the account and of every administrator"


@race(accounts.create, accounts.create, decided_by="a lock on the usernames; `core_user_username_key`")
def one_username_twice(ward: Ward) -> Round:
    """A username, whatever its capitals, is one account’s."""
    name = ward.name()
    acts: list[Act] = [_create(ward, name), _create(ward, name.lower())]
    known = User.objects.filter(username__iexact=name)
    return Round(acts, ends(codes=["username_taken"], left=lambda: known.count() == 1))


@race(accounts.close, accounts.close, decided_by=SETTERS)
def two_administrators_crosswise(ward: Ward) -> Round:
    """Two administrators close each other’s account: one is left."""
    one, other = _administrators(ward)
    acts: list[Act] = [_close(ward, one, by=other), _close(ward, other, by=one)]
    left = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    return Round(acts, ends(codes=["last_administrator", "closed"], left=lambda: left.count() == 1))


@race(accounts.close, accounts.change, decided_by=SETTERS)
def closed_against_demoted(ward: Ward) -> Round:
    """One administrator is closed while the other gets another role: one is left."""
    one, other = _administrators(ward)
    name: dict[str, Any] = {"last_name": "B", "first_name": "", "email": ""}
    acts: list[Act] = [
        _close(ward, one),
        partial(accounts.change, user=other, role=Role.NURSE, **name, by=None, at=ward.now),
    ]
    left = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    return Round(acts, ends(codes=["last_administrator"], left=lambda: left.count() == 1))


@race(accounts.close, accounts.reopen, decided_by=SETTERS)
def closed_against_reopened(ward: Ward) -> Round:
    """An account is closed, and opened once it is: what was said last holds."""
    user = ward.colleague(Role.NURSE)
    acts: list[Act] = [_close(ward, user), partial(accounts.reopen, user=user, by=None, at=ward.now)]

    def faults(refusals: Sequence[Refused]) -> list[str]:
        user.refresh_from_db()
        return ends(done=(1, 2), codes=["open"], left=lambda: user.is_active == (refusals[1] is None))(refusals)

    return Round(acts, faults)


@race(accounts.close, tokens.issue, decided_by=ACCOUNT)
def closed_against_token(ward: Ward) -> Round:
    """A closed account has no token that is valid."""
    user = ward.colleague(Role.INTERFACE)
    acts: list[Act] = [_close(ward, user), _issue(ward, user)]
    valid = ApiToken.objects.filter(user=user, revoked_at=None)
    return Round(acts, ends(done=(1, 2), codes=["closed"], left=lambda: not valid.exists()))


@race(accounts.close, unlocks.set_pin, decided_by=ACCOUNT)
def closed_against_code(ward: Ward) -> Round:
    """A closed account has no code and no badge."""
    user = ward.colleague(Role.NURSE)
    acts: list[Act] = [_close(ward, user), partial(unlocks.set_pin, pin="4907", by=user, at=ward.now)]
    kept = UnlockKey.objects.filter(user=user)
    return Round(acts, ends(done=(1, 2), codes=["closed"], left=lambda: not kept.exists()))


@race(tokens.rotate, tokens.rotate, decided_by=ACCOUNT)
def one_token_replaced_twice(ward: Ward) -> Round:
    """A token is replaced once."""
    old = _issue(ward, ward.colleague(Role.INTERFACE))().token
    rotating = partial(tokens.rotate, token=old, valid_until=None, by=None, at=ward.now)
    return Round([rotating] * 2, ends(codes=["replaced"], left=lambda: old.replacements.count() == 1))


@race(tokens.rotate, tokens.revoke, decided_by=ACCOUNT)
def replaced_against_revoked(ward: Ward) -> Round:
    """A token is revoked, and may have been replaced before: what was revoked is never replaced."""
    old = _issue(ward, ward.colleague(Role.INTERFACE))().token
    acts: list[Act] = [
        partial(tokens.rotate, token=old, valid_until=None, by=None, at=ward.now),
        partial(tokens.revoke, token=old, by=None, at=ward.now),
    ]

    def faults(refusals: Sequence[Refused]) -> list[str]:
        revoked = ApiToken.objects.filter(pk=old.pk, revoked_at=ward.now)
        found = unless((refusals[0] is None) == old.replacements.exists(), "replaced and refused")
        return found + ends(done=(1, 2), codes=["revoked"], left=revoked.exists)(refusals)

    return Round(acts, faults)


@race(tokens.rotate, accounts.close, decided_by=ACCOUNT)
def replaced_against_closed(ward: Ward) -> Round:
    """A token is replaced while its account is closed: no token is valid."""
    user = ward.colleague(Role.INTERFACE)
    old = _issue(ward, user)().token
    acts: list[Act] = [partial(tokens.rotate, token=old, valid_until=None, by=None, at=ward.now), _close(ward, user)]
    valid = ApiToken.objects.filter(user=user, revoked_at=None)
    return Round(acts, ends(done=(1, 2), codes=["closed", "revoked"], left=lambda: not valid.exists()))


@race(unlocks.set_pin, unlocks.set_pin, decided_by=f"{ACCOUNT}; `unlock_key_once`")
def one_code_twice(ward: Ward) -> Round:
    """Somebody has one code."""
    user = ward.colleague(Role.NURSE)
    acts: list[Act] = [partial(unlocks.set_pin, pin=pin, by=user, at=ward.now) for pin in ("4907", "5823")]
    return Round(acts, ends(done=2, left=lambda: user.unlock_keys.count() == 1))


@race(unlocks.set_badge, unlocks.set_badge, decided_by="`badge_once`")
def one_badge_two_people(ward: Ward) -> Round:
    """A badge is one person’s."""
    badge, pair = ward.name(), ward.pair(Role.NURSE)
    acts: list[Act] = [partial(unlocks.set_badge, badge=badge, by=user, at=ward.now) for user in pair]
    kept = UnlockKey.objects.filter(user__in=pair)
    return Round(acts, ends(codes=["badge_once", "badge_taken"], left=lambda: kept.count() == 1))


@race(unlocks.remove, unlocks.remove, decided_by="the lock of the code")
def one_code_given_up_twice(ward: Ward) -> Round:
    """A code is given up once."""
    user = ward.colleague(Role.NURSE)
    unlocks.set_pin(pin="4907", by=user, at=ward.at)
    removing = partial(unlocks.remove, kind=UnlockKind.PIN, by=user, at=ward.now)
    return Round([removing] * 2, ends(codes=["no_key"], left=lambda: not user.unlock_keys.exists()))


@race(sessions.unlock, accounts.close, decided_by="the lock of the session")
def unlocked_against_closed(ward: Ward) -> Round:
    """A session is opened again while its account is closed: it is over."""
    user = ward.colleague(Role.NURSE)
    unlocks.set_pin(pin="4907", by=user, at=ward.at)
    row = Session.objects.create(session_key=ward.name(), user=user, expire_date=ward.later, locked_at=ward.at)
    acts: list[Act] = [partial(sessions.unlock, key=row.pk, typed="4907", by=user, at=ward.now), _close(ward, user)]
    return Round(acts, ends(done=2, left=lambda: not user.sessions.exists()))


@race(sessions.unlock, sessions.unlock, sessions.unlock, decided_by="the lock of the session")
def guesses_at_once(ward: Ward) -> Round:
    """Every wrong guess counts."""
    user = ward.colleague(Role.NURSE)
    row = Session.objects.create(session_key=ward.name(), user=user, expire_date=ward.later, locked_at=ward.at)
    acts: list[Act] = [partial(sessions.unlock, key=row.pk, typed=f"000{n}", by=user, at=ward.now) for n in range(3)]
    return Round(acts, ends(done=3, left=lambda: Session.objects.get(pk=row.pk).failures == 3))


@race(parameters.change, parameters.change, decided_by="a lock on the key")
def one_value_twice(ward: Ward) -> Round:
    """A value said twice is written once."""
    said: dict[str, Any] = {"key": "departure_delay_minutes", "value": 60, "unit_id": ward.unit.pk, "by": None}
    written = ParameterValue.objects.filter(unit_id=ward.unit.pk)
    changing = partial(parameters.change, at=ward.now, **said)
    return Round([changing] * 2, ends(done=2, left=lambda: written.count() == 1))


@race(idempotency._answered, idempotency._answered, decided_by="a lock on account and key; `idempotency_key_once`")  # noqa: SLF001
def one_request_twice(ward: Ward) -> Round:
    """A request sent twice under one key is done once; the other has its answer, or is told to come back."""
    user, key = ward.colleague(Role.INTERFACE), ward.name()
    done: list[int] = []

    def write(_view: object, _request: Request) -> Response:
        done.append(1)
        return Response({}, status=201)

    sending = partial(idempotency.once(write), None, _request(user, key))
    kept = IdempotencyKey.objects.filter(user=user, key=key)
    left = ends(done=(1, 2), codes=["idempotency_key_in_use"], left=lambda: kept.count() == len(done) == 1)
    return Round([sending] * 2, left)


@race(seals.seal, seals.seal, decided_by="a lock on the seals; `core_traceseal_last_trace_id_key`")
def one_night_sealed_twice(ward: Ward) -> Round:
    """A trace is under one seal."""
    trace("lits", by=ward.manager, at=ward.at - timedelta(hours=2), ip=None)
    newest = AccessTrace.objects.latest("pk")
    over = TraceSeal.objects.filter(first_trace_id__lte=newest.pk, last_trace_id__gte=newest.pk)
    return Round([partial(seals.seal, at=ward.now)] * 2, ends(done=2, left=lambda: over.count() == 1))


def _create(ward: Ward, username: str) -> Act:
    said: dict[str, Any] = {"role": Role.INTERFACE, "password": None, "last_name": "GAM"}
    return partial(accounts.create, username=username, **said, by=None, at=ward.now)


def _close(ward: Ward, user: User, by: User | None = None) -> Act:
    return partial(accounts.close, user=user, by=by, at=ward.now)


def _administrators(ward: Ward) -> tuple[User, User]:
    """The only two administrators."""
    User.objects.filter(role=Role.ADMINISTRATOR).update(is_active=False)
    return ward.pair(Role.ADMINISTRATOR)


def _issue(ward: Ward, user: User) -> partial[tokens.Issued]:
    return partial(tokens.issue, user=user, label="ADT", valid_until=None, by=None, at=ward.now)


def _request(user: User, key: str) -> Request:
    plain = RequestFactory().post(
        "/api/v1/patients/", {}, content_type="application/json", headers={"Idempotency-Key": key}
    )
    request = Request(plain, parsers=[JSONParser()])
    request.user = user
    return request
