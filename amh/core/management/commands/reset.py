"""A new start: everything the embedded servers kept is deleted."""

from django.core.management import BaseCommand, CommandError

from amh.core import services
from amh.core.services.sessions import var


class Command(BaseCommand):
    help = "Delete the data of the embedded servers (var/). Refused while they run."
    requires_system_checks = ()

    def handle(self, **options: object) -> None:
        servers = services.Embedded(var())
        if not servers.own():
            raise CommandError("Les serveurs tournent : arrêter AMH d’abord.")
        servers.wipe()
        self.stdout.write("Données locales effacées.")
