from datetime import timedelta
from functools import partial
from random import Random

import pytest

from amh.core.actions import accounts, tokens
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import ApiToken, AuditEntry, ParameterValue
from amh.core.models.tokens import digest
from amh.core.roles import Permission, Role
from amh.demo.soak.duels import duel
from tests.expectations import refused
from tests.factories.clocks import NOW
from tests.factories.people import a_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def gam():
    return a_user(Role.INTERFACE)


def issue(user, **choices):
    return tokens.issue(**{"user": user, "label": "ADT", "valid_until": None, "by": None} | choices, at=NOW)


def rotate(token, *, at=NOW, **choices):
    return tokens.rotate(**{"token": token, "valid_until": None, "by": None} | choices, at=at)


def test_only_the_digest_of_a_token_is_kept(gam):
    issued = issue(gam, label="  ADT ", valid_until=NOW + 90 * DAY)

    token = ApiToken.objects.get()
    assert len(issued.secret) >= 40
    assert (token.user, token.label, token.digest) == (gam, "ADT", digest(issued.secret))
    assert token.valid_until == NOW + 90 * DAY
    line = AuditEntry.objects.get(action="token.issue")
    assert (line.subject_id, line.params) == (token.pk, {"user": gam.pk})
    assert issue(gam).secret != issued.secret


@pytest.mark.parametrize(
    ("choices", "code", "field"),
    [
        ({"label": " "}, "label", "label"),
        ({"label": "x" * 81}, "label", "label"),
        ({"valid_until": NOW}, "validity", "valid_until"),
        ({"valid_until": NOW - DAY}, "validity", "valid_until"),
        ({"permissions": ["place"]}, "permissions", "permissions"),
        ({"permissions": ["send_message", "tout"]}, "permissions", "permissions"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(choices, code, field, gam):
    with refused(Invalid, code, field=field):
        issue(gam, **choices)
    assert not ApiToken.objects.exists()


def test_a_token_may_have_fewer_rights_than_its_account():
    issue(a_user(Role.BED_MANAGER), permissions=["view_board", "place", "place"])

    assert ApiToken.objects.get().permissions == ["place", "view_board"]


def test_a_closed_account_gets_no_token(gam):
    accounts.close(user=gam, by=None, at=NOW)

    with refused(Conflict, "closed"):
        issue(gam)


def test_the_old_token_goes_on_for_a_while(gam):
    old = issue(gam, permissions=[Permission.SEND_MESSAGE]).token

    new = rotate(old, valid_until=NOW + 365 * DAY)

    old.refresh_from_db()
    assert old.valid_until == NOW + 7 * DAY
    assert (new.token.replaces, new.token.label, new.token.permissions) == (old, "ADT", ["send_message"])
    assert (new.token.valid_until, new.token.user) == (NOW + 365 * DAY, gam)
    assert new.token.digest == digest(new.secret)
    line = AuditEntry.objects.get(action="token.rotate")
    assert (line.subject_id, line.params) == (old.pk, {"user": gam.pk, "new": new.token.pk})


def test_an_old_token_never_lives_longer_for_being_replaced(gam):
    old = issue(gam, valid_until=NOW + 2 * DAY).token

    rotate(old)

    old.refresh_from_db()
    assert old.valid_until == NOW + 2 * DAY


def test_a_site_may_end_the_old_one_at_once(gam):
    ParameterValue.objects.create(key="token_overlap_days", value=0, entered_at=NOW)
    old = issue(gam).token

    rotate(old)

    old.refresh_from_db()
    assert old.valid_until == NOW
    with refused(Conflict, "ended"):
        tokens.revoke(token=old, by=None, at=NOW)


def test_a_token_is_replaced_once(gam):
    old = issue(gam).token
    rotate(old)

    with refused(Conflict, "replaced"):
        rotate(old, at=NOW + DAY)


def test_a_token_that_is_over_is_neither_replaced_nor_revoked(gam):
    ended = issue(gam, valid_until=NOW + DAY).token
    revoked = tokens.revoke(token=issue(gam).token, by=None, at=NOW)

    assert revoked.revoked_at == NOW
    for act in (rotate, partial(tokens.revoke, by=None)):
        with refused(Conflict, "ended"):
            act(token=ended, at=NOW + DAY)
        with refused(Conflict, "revoked"):
            act(token=revoked, at=NOW)


def test_the_new_token_needs_an_end_that_is_to_come(gam):
    with refused(Invalid, "validity", field="valid_until"):
        rotate(issue(gam).token, valid_until=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_people_replace_a_token_at_once(gam):
    old = issue(gam).token

    found = duel([partial(rotate, old), partial(rotate, old)], chance=Random(1))

    assert [refusal.code for refusal in found if refusal] == ["replaced"]
    assert ApiToken.objects.count() == 2


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_an_administrator_gives_tokens(role, gam):
    by, token = a_user(role), issue(gam).token

    for act in (partial(issue, gam), partial(rotate, token), partial(tokens.revoke, token=token, at=NOW)):
        with pytest.raises(Denied):
            act(by=by)


def test_the_last_use_is_written_once_an_hour_at_most(gam, django_assert_num_queries):
    token = issue(gam).token
    tokens.note_use(token, at=NOW)
    token.refresh_from_db()
    assert token.last_used_at == NOW

    with django_assert_num_queries(0):
        tokens.note_use(token, at=NOW + timedelta(minutes=59))
    tokens.note_use(token, at=NOW + timedelta(hours=1))
    token.refresh_from_db()
    assert token.last_used_at == NOW + timedelta(hours=1)


def test_a_slow_request_does_not_set_the_last_use_back(gam):
    slow = issue(gam).token
    tokens.note_use(ApiToken.objects.get(), at=NOW)
    tokens.note_use(slow, at=NOW - SECOND)
    slow.refresh_from_db()
    assert slow.last_used_at == NOW
