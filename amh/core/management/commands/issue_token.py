"""Make a token by which a program shows who it is."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core.actions import accounts, tokens
from amh.core.errors import Refusal


class Command(BaseCommand):
    help = "Make a token for an account and print its secret, once: only its digest is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--label", required=True, help="what the token is for")
        parser.add_argument("--days", type=int, metavar="N", help="for how many days it is good (no end without it)")

    def handle(self, *, username: str, label: str, days: int | None, **options: Any) -> None:
        now = timezone.now()
        try:
            valid_until = None if days is None else now + timedelta(days=days)
            user = accounts.named(username)
            issued = tokens.issue(user=user, label=label, valid_until=valid_until, by=None, at=now)
        except OverflowError as error:
            raise CommandError(_("Ce nombre de jours est trop grand.")) from error
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stderr.write(_("À copier maintenant, ce jeton ne sera plus affiché :"))
        self.stdout.write(issued.secret)
