from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from amh.core.models import ApiToken, User
from amh.core.models.tokens import digest
from amh.core.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def gam():
    return User.objects.create_user("gam", role=Role.INTERFACE)


def test_the_secret_alone_is_printed_on_standard_output(gam, capsys):
    call_command("issue_token", "gam", label="ADT")

    secret = capsys.readouterr().out.removesuffix("\n")
    token = ApiToken.objects.usable().get(digest=digest(secret))
    assert (token.user, token.label, token.valid_until) == (gam, "ADT", None)


def test_a_token_may_run_out(gam):
    call_command("issue_token", "gam", label="ADT", days=30)

    left = ApiToken.objects.get().valid_until - timezone.now()
    assert timedelta(days=29) < left <= timedelta(days=30)


@pytest.mark.parametrize(
    ("days", "sentence"), [(0, "au moins un jour"), (10**12, "trop grand"), (9 * 10**6, "trop grand")]
)
def test_days_that_make_no_sense_are_refused(gam, days, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("issue_token", "gam", label="ADT", days=days)
    assert not ApiToken.objects.exists()


def test_an_account_is_closed_once(gam, capsys):
    call_command("deactivate_account", "gam")

    assert capsys.readouterr().out == "Compte fermé : gam\n"
    assert not User.objects.get().is_active
    with pytest.raises(CommandError, match="Ce compte est fermé"):
        call_command("deactivate_account", "gam")


@pytest.mark.parametrize("command", [("deactivate_account", "personne"), ("issue_token", "personne", "--label=ADT")])
def test_an_account_that_nobody_has_is_named(command):
    with pytest.raises(CommandError, match="identifiant personne"):
        call_command(*command)
