"""A short night on real servers, in real browsers: whatever breaks, at the end every board is as one opened anew."""

import re

import pytest

from amh.demo.soak.nights import campaigns
from amh.demo.soak.nights.plans import Plan
from tests.lengths import THOROUGH

SHORT = Plan(hours=1, minutes=0.15, boards=4, beds=30)
LONGER = Plan(hours=6, minutes=2, boards=20, beds=120, seed=2)


@pytest.mark.browser
@pytest.mark.parametrize("plan", [SHORT, LONGER] if THOROUGH else [SHORT])
def test_every_board_equals_the_database_after_the_night(plan):
    lines = []
    assert campaigns.live(plan, say=lines.append) == []
    said = "\n".join(lines)
    assert f"compared={plan.boards + 5} differences=0" in said
    assert "lies=0" in said
    assert "faults=0" in said
    for word in ("done", "frames", "reconnections"):
        assert int(re.search(rf"{word}=(\d+)", said)[1]) > 0
