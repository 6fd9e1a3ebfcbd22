"""What a person may do somewhere, told at once, is what is told of each permission."""

import pytest

from amh.core import rules
from amh.core.entitlements import Posting
from amh.core.models import User
from amh.core.roles import Permission, Role

DUTIES = {
    "none": frozenset(),
    "in a unit": frozenset({(Role.ON_CALL.value, 7)}),
    "everywhere": frozenset({(Role.ON_CALL.value, None)}),
}


def actor(role: str, duties: frozenset = frozenset(), **changes: object) -> User:
    user = User(role=role, is_active=True)
    user.posting = Posting(duties=duties)
    for name, value in changes.items():
        setattr(user, name, value)
    return user


def one_by_one(user: User) -> set[Permission]:
    return {permission for permission in Permission if rules.scope(user, permission) is not None}


@pytest.mark.parametrize("duties", DUTIES.values(), ids=DUTIES)
@pytest.mark.parametrize("role", Role.values)
def test_each_role_with_each_duty(role, duties):
    user = actor(role, duties)
    assert rules.held(user) == one_by_one(user)


def test_a_duty_lends_what_the_role_has_not():
    assert Permission.PLACE not in rules.held(actor(Role.DPO))
    assert Permission.PLACE in rules.held(actor(Role.DPO, DUTIES["everywhere"]))


def test_a_closed_account_holds_nothing():
    assert rules.held(actor(Role.BED_MANAGER, is_active=False)) == frozenset()


@pytest.mark.parametrize("limits", [{"view_board"}, {"view_board", "set_accounts"}, {"set_accounts"}])
def test_a_token_is_limited(limits):
    user = actor(Role.BED_MANAGER, DUTIES["everywhere"], limited_to=frozenset(limits))
    assert rules.held(user) == one_by_one(user) == limits - {"set_accounts"}


def test_a_role_that_nobody_knows_holds_nothing():
    assert rules.held(actor("ghost")) == frozenset()
