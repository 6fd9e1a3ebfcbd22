"""The campaigns that take too long for every test run."""

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from amh.demo.soak import campaigns, databases, pages
from amh.demo.soak.races import RACES
from amh.demo.soak.rounds import Race

PAGE = settings.BASE_DIR / "docs" / "races.md"


def part(text: str) -> tuple[int, int]:
    """Read ``2/3``: the number of a part, and of how many. Raises ``ValueError``."""
    number, parts = map(int, text.split("/"))
    if not 1 <= number <= parts:
        raise ValueError(text)
    return number, parts


def chosen(only: str, part: tuple[int, int]) -> list[Race]:
    """The races whose name holds ``only``; of these, one part."""
    number, parts = part
    return [race for race in RACES if only in race.name][number - 1 :: parts]


class Command(BaseCommand):
    help = "Run every race of the ward many times in a database of its own, and print what came out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=1000, help="rounds of each race")
        parser.add_argument("--seed", type=int, default=1, help="what decides who is ahead, and by how much")
        parser.add_argument("--only", default="", help="the races whose name holds this")
        parser.add_argument("--part", type=part, default=(1, 1), help="2/3: the second of three parts, one a processor")
        parser.add_argument("--page", action="store_true", help="write docs/races.md instead")

    def handle(
        self, *, rounds: int, seed: int, only: str, part: tuple[int, int], page: bool, **options: object
    ) -> None:
        if page:
            PAGE.write_text(pages.page(), encoding="utf-8")
            return
        with databases.scratch():
            violations = campaigns.soak(chosen(only, part), rounds=rounds, seed=seed, at=timezone.now(), say=self.say)
        if violations:
            raise CommandError("\n".join(violations))

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
