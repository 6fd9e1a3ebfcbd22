"""Replay HL7 v2 files: one message or a batch per file, folders in the order of their names."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from amh.interop.actions import messages
from amh.interop.hl7.frames import split
from amh.interop.models import InboundMessage

OUTCOMES = ("accepted", "duplicate", "ignored", "quarantined")


class Command(BaseCommand):
    help = "Store and apply the HL7 v2 messages of files and folders, in the order given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files or folders."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")

    def handle(self, *, paths: list[Path], verbosity: int, **options: Any) -> None:
        """Print what became of each message that was not accepted, then the counts on the last line."""
        counts: Counter[str] = Counter()
        for path in files(paths):
            for piece in split(path.read_bytes()):
                outcome, row = replay(piece)
                counts[outcome] += 1
                if verbosity > 1 or outcome in ("ignored", "quarantined"):
                    self.stdout.write(f"{path.name}: {outcome} {row.trigger} {row.reason}".rstrip())
        total = " ".join(f"{outcome}={counts[outcome]}" for outcome in OUTCOMES)
        self.stdout.write(f"messages={counts.total()} {total}")


def files(paths: list[Path]) -> Iterator[Path]:
    """The files named, and those of the folders named, by name. Raises ``CommandError`` for what is not there."""
    for path in paths:
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.is_file())
        elif path.is_file():
            yield path
        else:
            raise CommandError(f"{path}: no such file or folder.")


def replay(piece: bytes) -> tuple[str, InboundMessage]:
    """Receive and apply one message; tell what became of it."""
    receipt = messages.receive(piece, at=timezone.now())
    if not receipt.new:
        return "duplicate", receipt.row
    messages.apply_in_turn(receipt.row, clock=timezone.now)
    receipt.row.refresh_from_db()
    return receipt.row.state, receipt.row
