"""Tell whether the read traces are still those that were sealed."""

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from amh.core import seals
from amh.core.models import TraceSeal


class Command(BaseCommand):
    help = "Compare every sealed read trace with its seal; name the first range that no longer agrees."

    def handle(self, **options: Any) -> None:
        broken = next(seals.disagreeing(), None)
        if broken is not None:
            facts = {"first": broken.first_trace_id, "last": broken.last_trace_id, "at": broken.sealed_at}
            raise CommandError(
                _("Les traces %(first)d à %(last)d ne sont plus celles qui ont été scellées le %(at)s.") % facts
            )
        self.stdout.write(_("Sceaux vérifiés : %d. Tout concorde.") % TraceSeal.objects.count())
