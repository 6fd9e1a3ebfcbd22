"""The campaigns that take too long for every test run."""

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from amh.demo.soak import databases, races

PAGE = settings.BASE_DIR / "docs" / "races.md"


class Command(BaseCommand):
    help = "Run every race of the ward many times in a database of its own, and print what came out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=200, help="rounds of each race")
        parser.add_argument("--page", action="store_true", help="write docs/races.md instead")
        parser.add_argument("--seed", type=int, default=1, help="what decides who is ahead, and by how much")

    def handle(self, *, rounds: int, seed: int, page: bool, **options: object) -> None:
        if page:
            PAGE.write_text(races.page(), encoding="utf-8")
            return
        self.stdout.write(f"soak rounds={rounds} seed={seed}")
        with databases.scratch():
            tallies = [self.race(race, rounds=rounds, seed=seed) for race in races.RACES]
        faults = [f"{tally.name}: {fault} ({n})" for tally in tallies for fault, n in tally.faults.items() if n]
        if faults:
            raise CommandError("\n".join(faults))

    def race(self, race: races.Race, *, rounds: int, seed: int) -> races.Tally:
        tally = races.run(race, rounds=rounds, seed=seed, at=timezone.now())
        self.stdout.write(str(tally))
        self.stdout.flush()
        return tally
