"""The tokens by which programs show who they are: issued, replaced, revoked."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from amh.core import audit, parameters, rules
from amh.core import tokens as token_rules
from amh.core.models import ApiToken, User
from amh.core.models.tokens import digest
from amh.core.roles import Permission
from amh.core.transactions import act

SECRET_BYTES = 32
NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Issued:
    """A new token and its secret, which is kept nowhere: only its digest is."""

    token: ApiToken
    secret: str


@act
def issue(
    *,
    user: User,
    label: str,
    valid_until: datetime | None,
    permissions: Collection[str] = (),
    by: User | None,
    at: datetime,
) -> Issued:
    """Make a token for an account, limited to some ``permissions`` of its role (without any: all of them).

    Without ``valid_until`` it does not run out. Raises ``Denied``, ``Invalid`` (label, date, permissions) or
    ``Conflict`` (the account is closed).
    """
    rules.check(by, Permission.SET_ACCOUNTS)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    token_rules.check_issue(user, label=label, valid_until=valid_until, permissions=permissions, at=at)
    token = ApiToken(user=user, label=label.strip(), valid_until=valid_until, permissions=sorted(set(permissions)))
    issued = _save(token)
    audit.record("token.issue", subject=token, by=by, at=at, user=user.pk)
    return issued


@act
def rotate(*, token: ApiToken, valid_until: datetime | None, by: User | None, at: datetime) -> Issued:
    """Make the token that replaces another; the old one goes on for the days that the site allows.

    Raises ``Denied``, ``Invalid`` (the end) or ``Conflict`` (revoked, over, replaced already, account closed).
    """
    rules.check(by, Permission.SET_ACCOUNTS)
    token = _locked(token)
    token_rules.check_rotate(token, at=at)
    label, permissions = token.label, token.permissions
    token_rules.check_issue(token.user, label=label, valid_until=valid_until, permissions=permissions, at=at)
    new = ApiToken(user=token.user, label=label, valid_until=valid_until, permissions=permissions, replaces=token)
    issued = _save(new)
    overlap = at + timedelta(days=parameters.value(token_rules.OVERLAP_DAYS))
    token.valid_until = min(token.valid_until or overlap, overlap)
    token.save(update_fields=["valid_until"])
    audit.record("token.rotate", subject=token, by=by, at=at, user=token.user_id, new=issued.token.pk)
    return issued


@act
def revoke(*, token: ApiToken, by: User | None, at: datetime) -> ApiToken:
    """End a token at once. Raises ``Denied`` or ``Conflict`` (revoked, over)."""
    rules.check(by, Permission.SET_ACCOUNTS)
    token = _locked(token)
    token_rules.check_usable(token, at=at)
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    audit.record("token.revoke", subject=token, by=by, at=at, user=token.user_id)
    return token


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Write that a token was used, once an hour at most. No act: nobody decides it."""
    if token.last_used_at is None or at - token.last_used_at >= NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=at)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)


def _save(token: ApiToken) -> Issued:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token.digest = digest(secret)
    token.save()
    return Issued(token, secret)


def _locked(token: ApiToken) -> ApiToken:
    """The token as it stands and its account, locked: account first, as everywhere."""
    user = User.objects.select_for_update(no_key=True).get(pk=token.user_id)
    held = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    held.user = user
    return held
