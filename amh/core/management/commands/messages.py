"""Bring the catalogues up to date with what the program says."""

from pathlib import Path

from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management import BaseCommand

from amh.core import catalogues

APPS = ("amh", "wards", "patients", "transports")
ROOT = Path(settings.BASE_DIR)
LOCALE = ROOT / "locale"


def current(locale: Path) -> dict[str, Catalog]:
    """What the catalogues of each language must be today, with the translations that stand in ``locale``."""
    found = catalogues.phrases(ROOT, APPS)
    known = catalogues.read(catalogues.Files(locale / "en").po, language="en")
    return {
        "en": catalogues.catalogue(found, known, language="en"),
        "fr": catalogues.plurals(found, language="fr"),
    }


class Command(BaseCommand):
    help = "Collect every phrase, keep its translations, compile the catalogues, and name what has no English yet."
    requires_system_checks = ()

    def handle(self, **options: object) -> None:
        made = current(LOCALE)
        for language, catalog in made.items():
            files = catalogues.Files(LOCALE / language)
            files.po.parent.mkdir(parents=True, exist_ok=True)
            files.po.write_bytes(catalogues.source_form(catalog))
            files.mo.write_bytes(catalogues.compiled_form(catalog))
        faults = list(catalogues.faults(made["en"]))
        for fault in faults:
            self.stdout.write(fault)
        self.stdout.write(f"messages={len(made['en'])} faults={len(faults)}")
