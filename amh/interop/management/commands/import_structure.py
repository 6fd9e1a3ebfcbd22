"""Units, rooms and beds from a file: a spreadsheet (CSV) or an HL7 location master file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core.errors import Refusal
from amh.interop import readings
from amh.interop.hl7.structures import Reading
from amh.interop.readings import counts
from wards.actions import structures
from wards.rules.structures import Faulty

SHOWN = 20


class Command(BaseCommand):
    help = "Import units, rooms and beds from a CSV file or an HL7 MFN^M05 message; all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        reading = read(file)
        try:
            structure = structures.bring_in(rows=reading.rows, by=None, at=timezone.now())
        except Faulty as refusal:
            raise CommandError(listed(refusal)) from refusal
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        units, rooms, beds = counts(structure.units), counts(structure.rooms), counts(structure.beds)
        self.stdout.write(_("Unités : créées %(created)d, modifiées %(changed)d, inchangées %(unchanged)d") % units)
        self.stdout.write(_("Chambres : créées %(created)d, modifiées %(changed)d, inchangées %(unchanged)d") % rooms)
        self.stdout.write(_("Lits : créés %(created)d, modifiés %(changed)d, inchangés %(unchanged)d") % beds)
        if reading.left_aside:
            self.stdout.write(_("Retraits laissés de côté, à faire à la main : %d") % reading.left_aside)


def read(file: Path) -> Reading:
    """Read the file in whichever form it has. Raises ``CommandError`` when it cannot be opened."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise CommandError(
            _("Impossible de lire %(file)s : %(why)s") % {"file": file, "why": error.strerror}
        ) from error
    return readings.read(raw)


def listed(refusal: Faulty) -> str:
    """The refusal and its first faults, each with the number of its line."""
    lines = [_("ligne %(line)d : %(fault)s") % {"line": f.line, "fault": f.sentence} for f in refusal.faults[:SHOWN]]
    others = len(refusal.faults) - SHOWN
    more = [_("… et %d autres") % others] if others > 0 else []
    return "\n".join([refusal.sentence, *lines, *more])
