"""The table of HL7 events, in words."""

from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand

from amh.interop.hl7 import described

PAGE = Path(settings.BASE_DIR) / "docs" / "hl7.md"


class Command(BaseCommand):
    help = "Write docs/hl7.md from the table of events."
    requires_system_checks = ()

    def handle(self, **options: object) -> None:
        PAGE.write_text(described.page(), encoding="utf-8")
        self.stdout.write(str(PAGE))
