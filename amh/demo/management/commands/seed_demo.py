"""The demonstration hospital, for a database that holds nothing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core.errors import Refusal
from amh.demo import seeds


class Command(BaseCommand):
    help = "Fill an empty database with the demonstration hospital; done already, it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--beds", type=int, default=300, help="beds, chairs and places (300)")
        parser.add_argument("--seed", type=int, default=1, help="the same number gives the same hospital (1)")
        parser.add_argument("--history", type=int, default=0, help="past stays to add (0)")
        parser.add_argument("--bare", action="store_true", help="beds and stays only, nothing around the patients")

    def handle(self, *, beds: int, seed: int, history: int, bare: bool, **options: Any) -> None:
        try:
            counts = seeds.seed(beds=beds, seed=seed, history=history, bare=bare, at=timezone.now())
        except Refusal as refusal:
            if refusal.code != seeds.SEEDED:
                raise CommandError(refusal.sentence) from refusal
            self.stdout.write(refusal.sentence)
            return
        self.stdout.write(_("Hôpital de démonstration : %(beds)d lits et places.") % {"beds": beds})
        self.stdout.write(_("Séjours : %s") % ", ".join(f"{state} {count}" for state, count in sorted(counts.items())))
