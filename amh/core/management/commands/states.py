"""The diagrams of every transition table."""

from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand
from django.utils import translation

from amh.core import diagrams
from amh.core.states import TABLES

PAGE = Path(settings.BASE_DIR) / "docs" / "states.md"


class Command(BaseCommand):
    help = "Write docs/states.md from the transition tables."
    requires_system_checks = ()

    def handle(self, **options: object) -> None:
        with translation.override("fr"):
            PAGE.write_text(diagrams.page(TABLES), encoding="utf-8")
        self.stdout.write(str(PAGE))
