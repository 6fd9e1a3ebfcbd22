"""Wall screens: described, installed by a code, withdrawn. A key that is lost is replaced by another code (WR-6)."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from django.db.models import Q

from amh.core import accounts as account_rules
from amh.core import audit
from amh.core import rules as core_rules
from amh.core.actions import accounts, sessions
from amh.core.models import User
from amh.core.models.tokens import digest
from amh.core.roles import Permission, Role
from amh.core.transactions import act
from wards.models import Screen, Theme, Unit
from wards.queries import screens
from wards.rules import screens as rules

NOTED_EVERY = timedelta(minutes=1)


class Description(TypedDict, total=False):
    """What may be said of a screen; no ``units`` are all of them."""

    name: str
    units: Collection[Unit]
    theme: str
    page_seconds: int


@dataclass(frozen=True)
class Coded:
    """A screen and the code by which it is installed, which is kept nowhere: only its digest is."""

    screen: Screen
    code: str


@dataclass(frozen=True)
class Installed:
    """A screen and the key that its browser keeps, which is kept nowhere else: only its digest is."""

    screen: Screen
    key: str


@act
def create(*, said: Description, by: User | None, at: datetime) -> Screen:
    """Describe a screen and make its account, which has no password: its key alone opens it.

    Raises ``Denied``, ``Invalid`` beside a field, or ``Conflict`` (the name of another screen).
    """
    core_rules.check(by, Permission.SET_ACCOUNTS)
    screen = Screen(name="", theme=Theme.AUTO, created_at=at, created_by=by)
    _describe(screen, said)
    username = f"ecran-{secrets.token_hex(6)}"
    screen.account = accounts.create(
        username=username, role=Role.WALL, password=None, last_name=screen.name, by=by, at=at
    )
    screen.save()
    screen.units.set(said.get("units", ()))
    audit.record("screen.create", subject=screen, by=by, at=at)
    return screen


@act
def change(*, screen: Screen, said: Description, by: User | None, at: datetime) -> Screen:
    """Describe a screen otherwise; what is not said stays. The screen itself follows within the minute.

    Raises ``Denied``, ``Invalid`` beside a field, or ``Conflict`` (the name of another screen, withdrawn).
    """
    core_rules.check(by, Permission.SET_ACCOUNTS)
    screen = _locked(screen)
    rules.check_in_service(screen)
    _describe(screen, said)
    screen.save(update_fields=["name", "theme", "page_seconds"])
    User.objects.filter(pk=screen.account_id).update(last_name=screen.name)
    if "units" in said:
        screen.units.set(said["units"])
    audit.record("screen.change", subject=screen, by=by, at=at, fields=sorted(said))
    return screen


@act
def give_code(*, screen: Screen, by: User | None, at: datetime) -> Coded:
    """Give a code by which a browser becomes this screen; the one before it is good no more, the key still is.

    Raises ``Denied`` or ``Conflict`` (withdrawn, its account closed).
    """
    core_rules.check(by, Permission.SET_ACCOUNTS)
    screen = _locked(screen)
    rules.check_in_service(screen)
    account_rules.check_open(screen.account)
    code = rules.new_code()
    screen.code_digest, screen.code_until = rules.code_digest(code), at + rules.CODE_LASTS
    screen.save(update_fields=["code_digest", "code_until"])
    audit.record("screen.give_code", subject=screen, by=by, at=at)
    return Coded(screen, code)


@act
def install(*, code: str, at: datetime) -> Installed:
    """Make the browser in which the code was typed the screen; the browser that was it before is so no more.

    Whoever types the code was given it: there is nobody to ask for a right. Raises ``Invalid`` (the code).
    """
    known = screens.by_code(rules.code_digest(code), at=at)
    # Somebody may have typed it elsewhere, or been given another, while this one was looked for.
    held = _locked(known) if known else None
    still = held if held and held.code_digest == rules.code_digest(code) else None
    screen = rules.check_code(still, at=at)
    key = rules.new_key()
    screen.code_digest, screen.code_until = "", None
    screen.key_digest, screen.enrolled_at = digest(key), at
    screen.save(update_fields=["code_digest", "code_until", "key_digest", "enrolled_at"])
    sessions.end(screen.account)
    audit.record("screen.install", subject=screen, by=screen.account, at=at)
    return Installed(screen, key)


@act
def revoke(*, screen: Screen, by: User | None, at: datetime) -> Screen:
    """Withdraw a screen: key and code open nothing any more, its sessions end, its page within the minute.

    Raises ``Denied`` or ``Conflict`` (withdrawn already).
    """
    core_rules.check(by, Permission.SET_ACCOUNTS)
    screen = _locked(screen)
    rules.check_in_service(screen)
    screen.key_digest, screen.code_digest, screen.code_until, screen.revoked_at = "", "", None, at
    screen.save(update_fields=["key_digest", "code_digest", "code_until", "revoked_at"])
    if screen.account.is_active:
        accounts.close(user=screen.account, by=by, at=at)
    audit.record("screen.revoke", subject=screen, by=by, at=at)
    return screen


def note_seen(screen: Screen, *, at: datetime) -> None:
    """Write that the screen is there, once a minute at most. No act: nobody decides it."""
    stale = Q(seen_at=None) | Q(seen_at__lte=at - NOTED_EVERY)
    Screen.objects.filter(stale, pk=screen.pk).update(seen_at=at)


def _describe(screen: Screen, said: Description) -> None:
    screen.name = said.get("name", screen.name).strip()
    screen.theme = said.get("theme", screen.theme)
    screen.page_seconds = said.get("page_seconds", screen.page_seconds)
    rules.check_described(screen)


def _locked(screen: Screen) -> Screen:
    """The screen as it is, locked; its account is locked after it, never before."""
    held = Screen.objects.select_for_update(of=("self",), no_key=True).get(pk=screen.pk)
    held.account = User.objects.get(pk=held.account_id)
    return held
