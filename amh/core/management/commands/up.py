"""The whole of AMH on one machine, in one terminal."""

import os
import sys
import time
from http.client import HTTPConnection, HTTPException

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from amh.core import heartbeats, services
from amh.core.services import endings, ports

STOP_LIMIT = 4.5
"""Seconds for streams to end and tasks to finish, before what is left is ended."""

DEMONSTRATION = [
    ("amh", "assistante médicale ; aussi amh1 à amh13"),
    ("cadre-amh", "animatrice d’équipe"),
    ("lits", "gestionnaire des lits"),
    ("medecin", "médecin"),
    ("infirmiere", "infirmière"),
    ("transport", "régulation des transports"),
    ("physicien", "physicien médical"),
    ("bionettoyage", "bionettoyage"),
    ("garde", "cadre de garde"),
    ("admissions", "bureau des entrées"),
    ("sociale", "assistante sociale ; aussi dietetique et brancardier"),
    ("dpo", "déléguée à la protection des données"),
    ("admin", "administration"),
    ("mural", "écran mural, sans noms"),
    ("interface", "autres logiciels, par le jeton « demo-interface » seulement"),
]


class Command(BaseCommand):
    help = "Start AMH: servers (embedded ones unless DATABASE_URL and REDIS_URL are set), web, worker and beat."
    requires_system_checks = ()

    def handle(self, **options: object) -> None:
        endings.without_reproach()
        host, port = ports.address(os.environ)
        servers = services.owned()
        running: list[services.Child] = []
        try:
            if servers:
                servers.start(lasting=True)
            self.prepare(seed=settings.DEMO)
            running += processes(host, port)
            for child in running:
                child.start()
            self.watch([*(servers.children if servers else []), *running], host, port)
        finally:
            endings.undisturbed()
            services.stop_all(running, within=STOP_LIMIT)

    def prepare(self, *, seed: bool) -> None:
        """Bring the database up to date, and fill an empty one when this is a demonstration."""
        try:
            connection.ensure_connection()
        except OperationalError as error:
            reason = " ".join(str(error).split())
            raise CommandError(f"DATABASE_URL : la base ne répond pas ({reason}).") from error
        migrations = MigrationExecutor(connection)
        if migrations.migration_plan(migrations.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
        if seed and not apps.get_model("wards", "Unit").objects.exists():
            self.stdout.write("Base vide : création de l’hôpital de démonstration…")
            call_command("seed_demo")
        heartbeats.forget()
        connections.close_all()

    def watch(self, kept: list[services.Child], host: str, port: int) -> None:
        """Say once that the pages answer, then start again whatever dies, until a signal comes."""
        greeted = False
        while True:
            for child in kept:
                child.keep()
            if not greeted and answers(host, port):
                greeted = True
                self.greet(f"http://{host}:{port}/")
            time.sleep(0.2)

    def greet(self, address: str) -> None:
        lines = ["", f"AMH est prêt : {address}"]
        if settings.DEMO:
            lines += ["Comptes de démonstration, mot de passe « demo » :"]
            lines += [f"  {name:<14}{role}" for name, role in DEMONSTRATION]
        self.stdout.write("\n".join([*lines, "Ctrl-C arrête tout.", ""]))
        self.stdout.flush()


def processes(host: str, port: int) -> list[services.Child]:
    """Return the processes that make up AMH beside its servers."""
    celery = ["celery", "--quiet", "--app", "amh"]
    web = ["uvicorn", "amh.asgi:application", "--host", host, "--port", str(port), "--loop", "uvloop"]
    web += ["--http", "httptools", "--timeout-graceful-shutdown", "5", "--no-access-log", "--log-level", "warning"]
    web += ["--reload"] if settings.DEBUG else []
    worker = ["worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    modules = {"web": web, "worker": [*celery, *worker], "beat": [*celery, "beat", "--pidfile="]}
    modules |= {"mllp": ["manage", "mllp"]}
    return [
        services.Child(name, [sys.executable, "-m", *module], cwd=settings.BASE_DIR) for name, module in modules.items()
    ]


def answers(host: str, port: int) -> bool:
    """Tell whether the web process answers."""
    link = HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=1)  # noqa: S104
    try:
        link.request("GET", "/healthz")
        return link.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        link.close()
