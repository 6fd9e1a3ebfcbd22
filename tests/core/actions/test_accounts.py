from datetime import timedelta

import pytest

from amh.core.actions import accounts
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import ApiToken, AuditEntry, User
from amh.core.models.tokens import digest
from amh.core.roles import Role
from amh.core.transactions import VIOLATIONS, act
from tests.factories import people
from tests.factories.clocks import NOW

pytestmark = pytest.mark.django_db

PASSWORD = "trois-chaises-vertes"


def create(**choices):
    known = {"username": "a.martin", "role": Role.NURSE, "password": PASSWORD, "last_name": "Martin", "by": None}
    return accounts.create(**known | choices, at=NOW)


def issue(**choices):
    return accounts.issue_token(
        **{"username": "gam", "label": "ADT", "valid_until": None, "by": None} | choices, at=NOW
    )


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


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_an_administrator_sets_accounts(role, gam):
    by = people.a_user(role)

    with pytest.raises(Denied):
        create(by=by)
    with pytest.raises(Denied):
        accounts.deactivate(username="gam", by=by, at=NOW)
    with pytest.raises(Denied):
        issue(by=by)


def test_a_closed_account_loses_its_tokens(gam):
    issue()

    accounts.deactivate(username="gam", by=None, at=NOW)

    assert not User.objects.get(pk=gam.pk).is_active
    assert not ApiToken.objects.usable().exists()
    assert AuditEntry.objects.get(action="account.deactivate").subject_id == gam.pk
    with pytest.raises(Conflict, match="désactivé"):
        accounts.deactivate(username="gam", by=None, at=NOW)
    with pytest.raises(Conflict, match="désactivé"):
        issue()


def test_only_the_digest_of_a_token_is_kept(gam):
    secret = issue(valid_until=NOW + timedelta(days=90))

    token = ApiToken.objects.get()
    assert len(secret) >= 40
    assert (token.user, token.label, token.digest) == (gam, "ADT", digest(secret))
    assert token.valid_until == NOW + timedelta(days=90)
    line = AuditEntry.objects.get(action="token.issue")
    assert (line.subject_id, line.params) == (token.pk, {"user": gam.pk})
    assert issue() != secret


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"username": "personne"}, "Aucun compte ne porte l’identifiant personne"),
        ({"label": " "}, "à quoi sert le jeton"),
        ({"label": "x" * 81}, "80 caractères"),
        ({"valid_until": NOW}, "au moins un jour"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(choices, sentence, gam):
    with pytest.raises(Invalid, match=sentence):
        issue(**choices)
    assert not ApiToken.objects.exists()
