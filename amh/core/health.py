"""Whether the whole answers, for people and for monitoring. It informs: nothing is restarted because of it."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis import Redis

from amh.core import heartbeats
from amh.core.deliveries.gauges import Deliveries

PATIENCE = 2.0
"""Seconds that all probes together may take."""

FRESH = timedelta(seconds=60)


def database() -> bool:
    """Tell whether PostgreSQL answers; raises what it raises when it does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def redis() -> bool:
    """Tell whether Redis answers within a second; raises what it raises when it does not."""
    client = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    finally:
        client.close()


def worker() -> bool:
    return bool(current_app.control.broadcast("ping", reply=True, limit=1, timeout=1))


def beat() -> bool:
    return heartbeats.is_fresh("beat", at=timezone.now(), within=FRESH)


PROBES: dict[str, Callable[[], bool]] = {"database": database, "redis": redis, "worker": worker, "beat": beat}

_threads = ThreadPoolExecutor(max_workers=len(PROBES), thread_name_prefix="probe")
_running: dict[str, Future[bool]] = {}


def answers() -> dict[str, bool]:
    """Ask every part at once; one that does not answer in time, or refuses, is down.

    A probe that hangs keeps its one thread and is not asked again until it ends.
    """
    for name, probe in PROBES.items():
        if name not in _running or _running[name].done():
            _running[name] = _threads.submit(_ask, probe)
    asked = dict(_running)
    done, _ = wait(asked.values(), timeout=PATIENCE)
    return {name: future in done and future.result() for name, future in asked.items()}


def _ask(probe: Callable[[], bool]) -> bool:
    try:
        return probe()
    except Exception:  # noqa: BLE001 - whatever went wrong, it does not answer
        return False
    finally:
        connection.close()


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, Redis, worker and beat answer, else 503 that names which do not."""
    parts = answers()
    failing = [name for name, answered in parts.items() if not answered]
    words = {name: "ok" if answered else "no answer" for name, answered in parts.items()}
    return JsonResponse({"ready": not failing, "failing": failing, **words}, status=503 if failing else 200)


class Heartbeats(Collector):
    """The age of each sign of life, read when asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauge = GaugeMetricFamily("amh_heartbeat_age_seconds", "Seconds since the last sign of life.", labels=["name"])
        for name, age in heartbeats.ages(at=timezone.now()).items():
            gauge.add_metric([name], age)
        yield gauge


GAUGES = CollectorRegistry()
"""What is counted by rows, not by processes. Apps register collectors of their own; labels never name a person."""

GAUGES.register(Heartbeats())
GAUGES.register(Deliveries())


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the figures of this process and of the rows, for Prometheus."""
    response: HttpResponse = ExportToDjangoView(request)
    response.content += generate_latest(GAUGES)
    return response
