from functools import partial
from random import Random

import pytest

from amh.core import unlocks as rules
from amh.core.actions import unlocks
from amh.core.errors import Conflict, Invalid
from amh.core.models import AuditEntry, UnlockKey, UnlockKind
from amh.core.roles import Role
from amh.core.transactions import VIOLATIONS, act
from amh.demo.soak.duels import duel
from tests.expectations import refused
from tests.factories.clocks import NOW
from tests.factories.people import a_user

pytestmark = pytest.mark.django_db

BADGE = "0A:33:9F:12"


def test_only_a_hash_of_the_code_is_kept():
    user = a_user(Role.NURSE)
    unlocks.set_pin(pin="4907", by=user, at=NOW)
    key = UnlockKey.objects.get()
    assert (key.user, key.kind, key.set_at) == (user, UnlockKind.PIN, NOW)
    assert "4907" not in key.secret
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject_id, entry.by, entry.params) == ("unlock_key.set_pin", user.pk, user, {})


def test_another_code_takes_the_place_of_the_first():
    user = a_user(Role.NURSE)
    unlocks.set_pin(pin="4907", by=user, at=NOW)
    unlocks.set_pin(pin="5823", by=user, at=NOW)
    assert UnlockKey.objects.count() == 1
    assert rules.opens(user, "5823")
    assert not rules.opens(user, "4907")


def test_a_code_that_is_refused_changes_nothing():
    user = a_user(Role.NURSE)
    unlocks.set_pin(pin="4907", by=user, at=NOW)
    with refused(Invalid, "weak_pin", field="pin"):
        unlocks.set_pin(pin="1234", by=user, at=NOW)
    assert rules.opens(user, "4907")


def test_two_people_may_have_the_same_code():
    for _ in range(2):
        unlocks.set_pin(pin="4907", by=a_user(Role.NURSE), at=NOW)
    assert UnlockKey.objects.count() == 2


def test_one_badge_is_one_persons():
    unlocks.set_badge(badge=BADGE, by=a_user(Role.NURSE), at=NOW)
    with refused(Conflict, "badge_taken", field="badge", saying="d’une autre personne"):
        unlocks.set_badge(badge=f"{BADGE}\r\n", by=a_user(Role.AMH), at=NOW)


def test_ones_own_badge_may_be_read_again():
    user = a_user(Role.NURSE)
    unlocks.set_badge(badge=BADGE, by=user, at=NOW)
    unlocks.set_badge(badge=BADGE, by=user, at=NOW)
    assert UnlockKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_read_one_badge_at_once():
    readings = [partial(unlocks.set_badge, badge=BADGE, by=a_user(Role.NURSE), at=NOW) for _ in range(2)]
    found = duel(readings, chance=Random(1))
    assert sorted(refusal.code for refusal in found if refusal) in (["badge_once"], ["badge_taken"])
    assert UnlockKey.objects.count() == 1


def test_the_database_says_the_same_sentence():
    @act
    def without_the_rule():
        for _ in range(2):
            UnlockKey.objects.create(user=a_user(Role.NURSE), kind=UnlockKind.BADGE, secret="same", set_at=NOW)

    with refused(Conflict, "badge_once", saying=str(VIOLATIONS["badge_once"])):
        without_the_rule()


def test_a_key_is_given_up_once():
    user = a_user(Role.NURSE)
    unlocks.set_badge(badge=BADGE, by=user, at=NOW)
    unlocks.remove(kind=UnlockKind.BADGE, by=user, at=NOW)
    assert not UnlockKey.objects.exists()
    assert AuditEntry.objects.latest("pk").action == "unlock_key.remove_badge"
    with refused(Conflict, "no_key"):
        unlocks.remove(kind=UnlockKind.BADGE, by=user, at=NOW)
