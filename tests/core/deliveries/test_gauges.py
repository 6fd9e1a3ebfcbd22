from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from amh.core.deliveries.gauges import Deliveries
from tests.core.deliveries.rows import Enter, sweep
from tests.mail_servers import Post


def figures() -> Iterator[tuple[str, float]]:
    for family in Deliveries().collect():
        for sample in family.samples:
            if sample.labels["kind"] == "interop.FeedAlert":
                yield sample.name, sample.value


def test_monitoring_sees_how_late_and_how_many_failed(enter: Enter, post: Post) -> None:
    assert dict(figures()) == {"amh_delivery_due_age_seconds": 0, "amh_deliveries_exhausted": 0}
    enter()
    enter(due_at=timezone.now() - timedelta(hours=2))
    post.answers = ["550 5.7.1 no"]
    assert dict(figures())["amh_delivery_due_age_seconds"] >= 7200
    sweep(limit=1)
    assert 60 <= dict(figures())["amh_delivery_due_age_seconds"] < 7200
    assert dict(figures())["amh_deliveries_exhausted"] == 1
