"""What monitoring may know of the queue: how late it is and how much of it needs a person."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Min
from django.db.models.functions import Now
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from amh.core.deliveries import queue
from amh.core.models import Delivery, DeliveryState


class Deliveries(Collector):
    """The age of the oldest due row and the number of final failures, by kind, read when asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        age = GaugeMetricFamily("amh_delivery_due_age_seconds", "Seconds by which the oldest is late.", labels=["kind"])
        failed = GaugeMetricFamily("amh_deliveries_exhausted", "Rows whose last attempt failed.", labels=["kind"])
        for label, model in queue.kinds().items():
            age.add_metric([label], lateness(model))
            failed.add_metric([label], model.objects.filter(state=DeliveryState.EXHAUSTED).count())
        yield from (age, failed)


def lateness(model: type[Delivery]) -> float:
    """Seconds since the oldest unsent row of ``model`` became due, by the database's clock; 0 when none is."""
    late: timedelta | None = model.objects.due().aggregate(late=Now() - Min("due_at"))["late"]
    return late.total_seconds() if late else 0.0
