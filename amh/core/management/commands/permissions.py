"""Who may do what, behind which door."""

from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand
from django.utils import translation

from amh.core import permissions

PAGE = Path(settings.BASE_DIR) / "docs" / "permissions.md"


class Command(BaseCommand):
    help = "Write docs/permissions.md from the roles, the addresses and the streams."
    requires_system_checks = ()

    def handle(self, **options: object) -> None:
        with translation.override("fr"):
            PAGE.write_text(permissions.page(permissions.doors()), encoding="utf-8")
        self.stdout.write(str(PAGE))
