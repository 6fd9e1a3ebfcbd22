"""An account and the units where its owner works, made at once."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from amh.core.actions import accounts
from amh.core.models import User
from amh.core.transactions import act
from wards.actions import memberships


@act
def create(
    *,
    codes: Collection[str],
    username: str,
    role: str,
    password: str | None,
    by: User | None,
    at: datetime,
    **name: Any,
) -> User:
    """Make an account, a member of the units with these ``codes``; ``name`` is what else identifies its owner.

    Raises what ``amh.core.actions.accounts.create`` and ``wards.actions.memberships.join`` raise.
    """
    user = accounts.create(username=username, role=role, password=password, by=by, at=at, **name)
    if codes:
        memberships.join(user=user, codes=codes, by=by, at=at)
    return user
