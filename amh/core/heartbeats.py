"""Signs of life of processes and jobs, by name, by the database's word."""

from datetime import datetime, timedelta

from amh.core.models import Heartbeat

SWEEPS = "live."
"""How the names of the sweeps of live topics begin: until when each is done, whoever did it."""


def show(name: str, *, at: datetime) -> None:
    """Record that ``name`` lives at the instant ``at``."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


def is_fresh(name: str, *, at: datetime, within: timedelta) -> bool:
    """Tell whether ``name`` showed itself in the time ``within`` before ``at``."""
    return Heartbeat.objects.filter(name=name, at__gte=at - within).exists()


def ages(*, at: datetime) -> dict[str, float]:
    """Return the seconds since each name's last sign of life."""
    return {name: (at - seen).total_seconds() for name, seen in Heartbeat.objects.values_list("name", "at")}


def forget() -> None:
    """Drop the signs of life of an earlier run, which say nothing about this one; its sweeps are still done."""
    Heartbeat.objects.exclude(name__startswith=SWEEPS).delete()
