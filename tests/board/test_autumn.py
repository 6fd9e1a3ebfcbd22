"""The night on which the clock goes back: between 2 and 3 the same hour comes twice, and acts are entered in both."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from amh.core.roles import Role
from tests.board.browsing import browse, text
from tests.expectations import places
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, fresh, last, present

pytestmark = pytest.mark.django_db
BEFORE = datetime(2026, 10, 25, 0, 30, 20, tzinfo=UTC)
AFTER = datetime(2026, 10, 25, 1, 30, 20, tzinfo=UTC)
TYPED = "2026-10-25T02:30"
"""What the ward's clock shows at both."""


@pytest.mark.parametrize("now", [BEFORE, AFTER], ids=["before", "after"])
def test_a_bed_is_given_at_the_hour_that_is_proposed(clock, now):
    clock.move_to(now)
    bed = a_bed(a_unit("MED"))
    stay = expected(bed.room.unit, at=now - timedelta(hours=3))
    manager, url = browse(a_user(Role.BED_MANAGER)), reverse("board:place", args=[bed.pk])
    assert f'value="{TYPED}"' in text(manager.get(url))
    assert manager.post(url, {"stay": stay.pk, "effective_at": TYPED}).status_code == 302
    assert places(stay) == [(bed.room.unit, bed, now, None)]


def test_an_exit_of_the_first_hour_is_corrected_within_the_second(clock):
    clock.move_to(AFTER)
    bed = a_bed(a_unit("MED"))
    stay = present(bed, at=BEFORE - timedelta(hours=3))
    manager = browse(a_user(Role.BED_MANAGER))
    discharge = reverse("board:discharge", args=[stay.pk])
    assert manager.post(discharge, {"mode": "", "effective_at": "2026-10-25T02:40", "reason": ""}).status_code == 302
    assert fresh(stay).discharged_at == BEFORE.replace(minute=40, second=0)
    retime = reverse("board:retime", args=[last(stay).pk])
    unchanged = manager.post(retime, {"effective_at": "2026-10-25T02:40"})
    assert "déjà enregistrée" in text(unchanged)
    assert manager.post(retime, {"effective_at": "2026-10-25T02:10"}).status_code == 302
    assert fresh(stay).discharged_at == AFTER.replace(minute=10, second=0)
