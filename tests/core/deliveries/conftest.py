import itertools

import pytest
from django.utils import timezone

from amh.core.deliveries import queue
from amh.core.models import User
from amh.core.roles import Role
from amh.interop.models import FeedAlert, Sender
from tests.core.deliveries.rows import PAST, SINCE, Enter


@pytest.fixture
def enter(db) -> Enter:
    """Write one thing to be sent to the one administrator."""
    User.objects.create_user("admin", role=Role.ADMINISTRATOR, email="admin@example.org")
    sender = Sender.objects.create(application="GAM", facility="CHU")
    numbers = itertools.count(1)

    def enter(**fields) -> FeedAlert:
        values = {"key": f"essai:{next(numbers)}", "due_at": timezone.now() + PAST} | fields
        return queue.enter(FeedAlert, sender=sender, silent_since=SINCE, **values)[0]

    return enter
