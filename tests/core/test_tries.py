"""An address that shows too many secrets nobody knows is told how long to wait."""

from datetime import timedelta

import pytest

from amh.core import tries
from amh.core.models import TokenFailure
from amh.core.tries import TRIES, WINDOW
from tests.factories.clocks import NOW

pytestmark = pytest.mark.django_db
HERE, THERE = "192.0.2.1", "192.0.2.2"


def fill(address: str) -> None:
    for _ in range(TRIES):
        assert tries.count(address, at=NOW) is None


def test_one_try_too_many_waits_until_the_window_is_over():
    fill(HERE)
    assert tries.count(HERE, at=NOW + timedelta(minutes=1)) == WINDOW - timedelta(minutes=1)
    assert tries.count(HERE, at=NOW + WINDOW) is None
    assert TokenFailure.objects.get().count == 1


def test_each_address_is_counted_by_itself():
    fill(HERE)
    assert tries.count(HERE, at=NOW) == WINDOW
    assert tries.count(THERE, at=NOW) is None


def test_who_has_no_address_is_not_counted():
    assert tries.count(None, at=NOW) is None
    assert not TokenFailure.objects.exists()
