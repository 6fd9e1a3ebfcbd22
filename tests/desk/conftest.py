from collections.abc import Iterator

import pytest
import time_machine

from tests.factories.clocks import NOW


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The desk is asked at ``NOW``, until a test moves on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
