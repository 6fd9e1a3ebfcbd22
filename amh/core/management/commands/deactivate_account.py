"""Close an account, for somebody who leaves or a system that is switched off."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core.actions import accounts
from amh.core.errors import Refusal


class Command(BaseCommand):
    help = "Close an account: nobody logs in with it any more, its sessions and its tokens end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="USERNAME")

    def handle(self, *, username: str, **options: Any) -> None:
        try:
            accounts.close(user=accounts.named(username), by=None, at=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(_("Compte fermé : %s") % username)
