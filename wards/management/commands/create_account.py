"""An account and the units where its owner works, so that a hospital can begin without a Python shell."""

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core.errors import Refusal
from amh.core.roles import Role
from wards.actions import accounts


class Command(BaseCommand):
    help = "Make an account with its role and its units. The password is asked twice; an interface has none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--role", required=True, help=", ".join(Role.values))
        parser.add_argument("--last-name", required=True)
        parser.add_argument("--first-name", default="")
        parser.add_argument("--email", default="")
        parser.add_argument("--unit", action="extend", nargs="+", default=[], metavar="CODE", dest="units")
        parser.add_argument("--password-stdin", action="store_true", help="read it as a line of standard input")

    def handle(self, *, username: str, role: str, units: list[str], password_stdin: bool, **options: Any) -> None:
        identity = {name: options[name] for name in ("last_name", "first_name", "email")}
        by_token_only = role == Role.INTERFACE and not password_stdin
        password = None if by_token_only else read_password(from_stdin=password_stdin)
        now = timezone.now()
        try:
            said: dict[str, Any] = {"codes": units, "role": role, "password": password, **identity}
            user = accounts.create(username=username, **said, by=None, at=now)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(_("Compte créé : %s") % user.username)


def read_password(*, from_stdin: bool) -> str:
    """The password, from standard input or asked twice on the terminal. Raises ``CommandError``."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CommandError(_("Pas de terminal : donner le mot de passe par --password-stdin."))
    password = getpass(_("Mot de passe : "))
    if getpass(_("Encore une fois : ")) != password:
        raise CommandError(_("Les deux mots de passe ne sont pas les mêmes."))
    return password
