from celery import shared_task
from celery.signals import beat_init
from django.utils import timezone

from amh.core import heartbeats, seals
from amh.core.models import Session


@shared_task(name="core.tasks.beat")
def beat() -> None:
    """Show that beat sends and that a worker answers."""
    heartbeats.show("beat", at=timezone.now())


@beat_init.connect
def show_beat(**_: object) -> None:
    """Show beat as soon as it starts: its first periodic sign comes seconds later."""
    beat()


@shared_task(name="core.seals.seal")
def seal() -> None:
    """Seal the read traces of the day that has ended."""
    seals.seal_all(at=timezone.now())


@shared_task(name="core.sessions.prune")
def prune_sessions() -> None:
    """Forget the log-ins that have run out."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
