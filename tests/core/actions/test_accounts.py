from functools import partial
from random import Random

import pytest

from amh.core import rules
from amh.core.actions import accounts, tokens, unlocks
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import ApiToken, AuditEntry, Session, UnlockKey, User
from amh.core.roles import Permission, Role
from amh.core.transactions import VIOLATIONS, act
from amh.demo.soak.duels import duel
from tests.expectations import refused
from tests.factories import people
from tests.factories.clocks import NOW
from tests.factories.logins import a_login, a_session

pytestmark = pytest.mark.django_db

PASSWORD = "trois-chaises-vertes"


def create(**choices):
    known = {"username": "a.martin", "role": Role.NURSE, "password": PASSWORD, "last_name": "Martin", "by": None}
    return accounts.create(**known | choices, at=NOW)


def change(user, **choices):
    known = {name: getattr(user, name) for name in ("role", "last_name", "first_name", "email")}
    return accounts.change(user=user, **known | {"by": None} | choices, at=NOW)


@pytest.fixture
def gam():
    return create(username="gam", role=Role.INTERFACE, password=None, last_name="GAM")


def test_a_person_logs_in_with_the_password():
    admin = people.a_user(Role.ADMINISTRATOR)

    user = create(first_name="Anne", email="a.martin@example.org", by=admin)

    user = User.objects.get(pk=user.pk)
    assert (str(user), user.role, user.email) == ("Anne Martin", Role.NURSE, "a.martin@example.org")
    assert user.check_password(PASSWORD)
    line = AuditEntry.objects.get(action="account.create")
    assert (line.subject_id, line.by, line.at, line.params) == (user.pk, admin, NOW, {"role": "nurse"})


def test_an_interface_has_no_password(gam):
    assert not gam.has_usable_password()
    with pytest.raises(Invalid, match="par jeton"):
        create(username="autre", role=Role.INTERFACE)


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"role": "cuisine"}, "Rôle inconnu : cuisine. Les rôles sont : amh, team_lead"),
        ({"username": "a martin"}, "Identifiant : "),
        ({"username": ""}, "Identifiant : "),
        ({"username": "a.martin\n"}, "Identifiant : "),
        ({"username": "<script>"}, "Identifiant : "),
        ({"username": "x" * 151}, "Identifiant : "),
        ({"last_name": "x" * 151}, "Nom : "),
        ({"email": "martin"}, "Adresse électronique : "),
        ({"password": None}, "Il faut un mot de passe"),
        ({"password": ""}, "Il faut un mot de passe"),
        ({"password": "court"}, "12 caractères"),
        ({"password": "martin.martin", "last_name": "martin.martin"}, "semblable|ressemble|similaire"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(choices, sentence):
    with pytest.raises(Invalid, match=sentence):
        create(**choices)
    assert not User.objects.exists()


def test_a_username_is_taken_once():
    create()

    with pytest.raises(Conflict, match="déjà celui d’un autre compte"):
        create(last_name="Autre")


def test_the_database_says_the_same_sentence():
    create()

    @act
    def without_the_rule():
        User.objects.create_user("a.martin", role=Role.NURSE)

    with pytest.raises(Conflict, match="déjà celui d’un autre compte") as refusal:
        without_the_rule()
    assert refusal.value.code in VIOLATIONS


@pytest.mark.parametrize("username", ["a.martin", "A.Martin", "A.MARTIN"])
def test_capitals_do_not_make_another_username(username):
    create()

    with refused(Conflict, "username_taken", field="username"):
        create(username=username)


def test_a_username_may_have_accents_however_they_are_typed():
    assert create(username="hélène.l").username == "hélène.l"

    with refused(Conflict, "username_taken", field="username"):
        create(username="he\u0301le\u0300ne.l")


def test_a_wall_screen_needs_no_password():
    assert not create(role=Role.WALL, password=None).has_usable_password()
    assert create(username="mur2", role=Role.WALL).has_usable_password()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_an_administrator_sets_accounts(role, gam):
    by = people.a_user(role)

    for attempt in (
        partial(create, username="autre"),
        partial(change, gam),
        partial(accounts.close, user=gam, at=NOW),
        partial(accounts.reopen, user=gam, at=NOW),
        partial(accounts.set_password, user=gam, password=PASSWORD, at=NOW),
    ):
        with pytest.raises(Denied):
            attempt(by=by)


def test_a_change_says_what_the_role_was():
    user, admin = people.a_user(Role.NURSE), people.a_user(Role.ADMINISTRATOR)

    change(user, role=Role.AMH, last_name="Durand", first_name="Zoé", email="z@example.org", by=admin)

    user = User.objects.get(pk=user.pk)
    assert (user.role, str(user), user.email) == (Role.AMH, "Zoé Durand", "z@example.org")
    line = AuditEntry.objects.get(action="account.change")
    assert (line.subject_id, line.by, line.params) == (user.pk, admin, {"role": "amh", "before": "nurse"})


@pytest.mark.parametrize(
    ("choices", "code", "field"),
    [({"role": "cuisine"}, "unknown_role", "role"), ({"email": "martin"}, "invalid", "email")],
)
def test_a_change_that_makes_no_sense_changes_nothing(choices, code, field):
    user = people.a_user(Role.NURSE)

    with refused(Invalid, code, field=field):
        change(user, **choices)
    assert User.objects.get(pk=user.pk).role == Role.NURSE


@pytest.mark.parametrize(("before", "after"), [(Role.NURSE, Role.INTERFACE), (Role.INTERFACE, Role.ADMINISTRATOR)])
def test_a_device_is_no_person(before, after):
    with refused(Conflict, "device", field="role"):
        change(people.a_user(before), role=after)


def test_a_new_role_takes_the_rights_of_the_old_one_with_it():
    user = people.a_user(Role.BED_MANAGER)

    user = change(user, role=Role.HOUSEKEEPING)

    assert not rules.may(user, Permission.PLACE)


def test_what_ends_with_an_account(gam):
    user = a_login(Role.NURSE)
    session, other = a_session(user), a_session(a_login())
    unlocks.set_badge(badge="0A:33:9F:12", by=user, at=NOW)
    for one in (gam, user):
        tokens.issue(user=one, label="ADT", valid_until=None, by=None, at=NOW)

    accounts.close(user=user, by=None, at=NOW)

    assert not User.objects.get(pk=user.pk).is_active
    assert [one.user for one in ApiToken.objects.usable()] == [gam]
    assert not Session.objects.filter(pk=session.pk).exists()
    assert Session.objects.get() == other
    assert not UnlockKey.objects.exists()
    assert AuditEntry.objects.get(action="account.close").subject_id == user.pk
    with refused(Conflict, "closed"):
        accounts.close(user=user, by=None, at=NOW)
    with refused(Conflict, "closed"):
        change(user, last_name="Autre")
    with refused(Conflict, "closed"):
        accounts.set_password(user=user, password=PASSWORD, by=None, at=NOW)


def test_a_reopened_account_has_its_password_and_none_of_its_tokens():
    user = a_login(Role.NURSE)
    tokens.issue(user=user, label="ADT", valid_until=None, by=None, at=NOW)
    accounts.close(user=user, by=None, at=NOW)

    accounts.reopen(user=user, by=None, at=NOW)

    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    assert not ApiToken.objects.usable().exists()
    with refused(Conflict, "open"):
        accounts.reopen(user=user, by=None, at=NOW)


def test_nobody_closes_their_own_account_or_demotes_themselves():
    admin = people.a_user(Role.ADMINISTRATOR)
    people.a_user(Role.ADMINISTRATOR)

    with refused(Conflict, "own_account", saying="son propre compte"):
        accounts.close(user=admin, by=admin, at=NOW)
    with refused(Conflict, "own_account", field="role"):
        change(admin, role=Role.NURSE, by=admin)


def test_an_administrator_is_always_left():
    first, second = people.a_user(Role.ADMINISTRATOR), people.a_user(Role.ADMINISTRATOR)
    accounts.close(user=first, by=second, at=NOW)

    with refused(Conflict, "last_administrator", saying="dernier compte d’administrateur"):
        accounts.close(user=second, by=None, at=NOW)
    with refused(Conflict, "last_administrator"):
        change(second, role=Role.NURSE)
    accounts.reopen(user=first, by=second, at=NOW)
    accounts.close(user=second, by=first, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_close_each_other_at_once():
    for _ in range(5):
        User.objects.update(is_active=False)
        one, other = people.a_user(Role.ADMINISTRATOR), people.a_user(Role.ADMINISTRATOR)
        acts = [partial(accounts.close, user=a, by=b, at=NOW) for a, b in ((one, other), (other, one))]
        found = duel(acts, chance=Random(1))
        assert [refusal.code for refusal in found if refusal] == ["last_administrator"]
        assert User.objects.filter(is_active=True).count() == 1


def test_a_new_password_ends_the_sessions_of_its_owner():
    user = a_login(Role.NURSE)
    session, other = a_session(user), a_session(a_login())

    accounts.set_password(user=user, password="quatre-tables-rouges", by=None, at=NOW)

    assert User.objects.get(pk=user.pk).check_password("quatre-tables-rouges")
    assert Session.objects.get() == other
    assert session.pk != other.pk


@pytest.mark.parametrize(
    ("password", "code"), [("", "required"), ("court", "weak_password"), (PASSWORD, "same_password")]
)
def test_a_password_that_will_not_do(password, code):
    user = a_login(Role.NURSE)

    with refused(Invalid, code, field="password"):
        accounts.set_password(user=user, password=password, by=None, at=NOW)


def test_nobody_gives_an_interface_a_password_or_themselves_one_without_the_old(gam):
    admin = people.a_user(Role.ADMINISTRATOR)

    with refused(Invalid, "no_password", field="password"):
        accounts.set_password(user=gam, password=PASSWORD, by=None, at=NOW)
    with refused(Conflict, "own_account", saying="Mon compte"):
        accounts.set_password(user=admin, password=PASSWORD, by=admin, at=NOW)


def test_ones_own_new_password_leaves_the_session_in_which_it_was_given():
    user = a_login(Role.NURSE)
    here, _elsewhere = a_session(user), a_session(user)

    accounts.change_password(password="quatre-tables-rouges", key=here.pk, by=user, at=NOW)

    assert Session.objects.get() == here
    assert AuditEntry.objects.get().action == "account.change_password"


def test_a_name_that_nobody_has_is_said():
    with refused(Invalid, "unknown_user", field="username", saying="identifiant personne"):
        accounts.named("personne")
