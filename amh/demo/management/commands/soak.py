"""The campaigns that take too long for every test run."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from amh.demo.soak import campaigns, databases, pages
from amh.demo.soak.feeds import campaigns as feeds
from amh.demo.soak.mutations import campaigns as mutating
from amh.demo.soak.nights.plans import Plan
from amh.demo.soak.races import RACES
from amh.demo.soak.rounds import Race
from amh.interop.hl7.frames import split
from amh.interop.management.commands.import_hl7 import files

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
        parser.add_argument("--night", action="store_true", help="live a night of cuts and falls instead (a browser)")
        parser.add_argument("--hours", type=float, default=12.0, help="of the night: how much happens")
        parser.add_argument("--minutes", type=float, default=6.0, help="of the night: within which it happens")
        parser.add_argument("--boards", type=int, default=30, help="of the night: that watch it, beside the browsers")
        parser.add_argument("--beds", type=int, default=300, help="of the night: in its hospital")
        parser.add_argument("--feed", action="store_true", help="tell what two systems tell while all falls instead")
        parser.add_argument("--runs", type=int, default=20, help="of the feed: that are troubled")
        parser.add_argument("--messages", type=int, default=2000, help="of the feed: in each run")
        parser.add_argument(
            "--mutations", nargs="+", type=Path, metavar="PATH", help="mutate these HL7 messages instead"
        )
        parser.add_argument("--page", action="store_true", help="write docs/races.md instead")

    def handle(self, *, page: bool, **options: Any) -> None:
        if page:
            PAGE.write_text(pages.page(), encoding="utf-8")
            return
        campaigns: dict[str, Callable[..., list[str]]] = {
            "night": self.night,
            "feed": self.feed,
            "mutations": self.mutate,
        }
        faults = next((run for name, run in campaigns.items() if options[name]), self.races)(**options)
        if faults:
            raise CommandError("\n".join(faults))

    def races(self, *, rounds: int, seed: int, only: str, part: tuple[int, int], **options: object) -> list[str]:
        """Run the races in a database beside the one in use; what was violated."""
        with databases.scratch():
            return campaigns.soak(chosen(only, part), rounds=rounds, seed=seed, at=timezone.now(), say=self.say)

    def night(self, *, hours: float, minutes: float, boards: int, beds: int, seed: int, **options: object) -> list[str]:
        """Live a night on servers of its own; what must not be. The browser is there where tests are run."""
        nights = import_module("amh.demo.soak.nights.campaigns")
        plan = Plan(hours=hours, minutes=minutes, boards=boards, beds=beds, seed=seed)
        return list(nights.live(plan, say=self.say))

    def feed(self, *, runs: int, messages: int, seed: int, **options: object) -> list[str]:
        """Run the same feed on servers of its own, once undisturbed and then troubled; what must not be."""
        return feeds.soak(feeds.Plan(messages=messages, runs=runs, seed=seed), at=timezone.now(), say=self.say)

    def mutate(self, *, mutations: list[Path], seed: int, **options: object) -> list[str]:
        """Mutate every message of these files in a database beside the one in use; what the program broke on."""
        named = [(path.name, piece) for path in files(mutations) for piece in split(path.read_bytes())]
        with databases.scratch():
            return mutating.soak(named, seed=seed, at=timezone.now(), say=self.say)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
