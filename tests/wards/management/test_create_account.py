import io
import os
import pty
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from amh.core.models import User
from amh.core.roles import Role
from tests.factories import places

pytestmark = pytest.mark.django_db

PASSWORD = "trois-chaises-vertes"


@pytest.fixture(autouse=True)
def units():
    return [places.a_unit(code) for code in ("MED", "HEM", "USP")]


@pytest.fixture
def say(monkeypatch):
    """Give these lines to whoever reads standard input."""
    return lambda *lines: monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def create(*options, username="a.martin", role="nurse"):
    call_command("create_account", username, "--role", role, "--last-name", "Martin", *options)


def test_a_person_with_units(say, capsys):
    say(PASSWORD, "not read")

    create(
        "--first-name", "Anne", "--email", "a@example.org", "--unit", "MED", "HEM", "--unit", "USP", "--password-stdin"
    )

    assert capsys.readouterr().out == "Compte créé : a.martin\n"
    user = User.objects.get()
    assert (str(user), user.role, user.email) == ("Anne Martin", Role.NURSE, "a@example.org")
    assert user.check_password(PASSWORD)
    assert set(user.memberships.filter(valid_until=None).values_list("unit__code", flat=True)) == {"MED", "HEM", "USP"}


def test_an_interface_is_asked_for_nothing(say):
    create(username="gam", role="interface")
    assert not User.objects.get().has_usable_password()

    say(PASSWORD)
    with pytest.raises(CommandError, match="par jeton"):
        create("--password-stdin", username="autre", role="interface")


@pytest.mark.parametrize(
    ("line", "options", "choices", "sentence"),
    [
        (PASSWORD, ["--unit", "XYZ"], {}, "Unité inconnue : XYZ"),
        (PASSWORD, [], {"role": "cuisine"}, "Rôle inconnu : cuisine"),
        ("court", [], {}, "12 caractères"),
        ("", [], {}, "Il faut un mot de passe"),
    ],
)
def test_a_refusal_is_a_sentence_and_makes_nothing(say, line, options, choices, sentence):
    say(line)

    with pytest.raises(CommandError, match=sentence) as refusal:
        create("--password-stdin", *options, **choices)
    assert refusal.value.returncode == 1
    assert not User.objects.exists()


def test_a_username_is_taken_once(say):
    say(PASSWORD, PASSWORD)
    create("--password-stdin")

    with pytest.raises(CommandError, match="déjà celui d’un autre compte"):
        create("--password-stdin")


def test_without_a_terminal_the_option_is_named(say):
    say(PASSWORD)

    with pytest.raises(CommandError, match="--password-stdin"):
        create()


ASK = """
import django; django.setup()
from django.core.management import CommandError
from wards.management.commands.create_account import read_password
try:
    print("read", len(read_password(from_stdin=False)))
except CommandError as error:
    print(error)
"""


@pytest.mark.parametrize(("again", "outcome"), [(PASSWORD, "read 20"), ("autre-chose-ici", "ne sont pas les mêmes")])
def test_a_terminal_asks_twice_and_shows_nothing(again, outcome):
    terminal, end = pty.openpty()
    asking = subprocess.Popen(
        [sys.executable, "-c", ASK], stdin=end, stdout=subprocess.PIPE, stderr=end, start_new_session=True, text=True
    )
    os.close(end)
    shown = b""
    for prompt, line in ((b"Mot de passe", PASSWORD), (b"Encore une fois", again)):
        while prompt not in shown:
            shown += os.read(terminal, 1024)
        os.write(terminal, f"{line}\n".encode())
    assert outcome in asking.communicate()[0]
    os.close(terminal)
    assert PASSWORD.encode() not in shown
