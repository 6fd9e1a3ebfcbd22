"""Only the embedded servers, for a terminal beside."""

import os
import time

from django.core.management import BaseCommand

from amh.core import services
from amh.core.services import endings
from amh.core.services.embedded import VARIABLES


class Command(BaseCommand):
    help = "Start the embedded PostgreSQL and Redis, print their addresses, and keep them until stopped."
    requires_system_checks = ()

    def handle(self, **options: object) -> None:
        endings.without_reproach()
        servers = services.owned()
        if servers:
            servers.start(lasting=True, output=self.complain)
        for name in VARIABLES:
            self.stdout.write(f"{name}={os.environ[name]}")
        self.stdout.flush()
        while True:
            for child in servers.children if servers else ():
                child.keep()
            time.sleep(0.2)

    def complain(self, name: str, line: str) -> None:
        self.stderr.write(f"{name}: {line}")
        self.stderr.flush()
