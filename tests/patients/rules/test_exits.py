from datetime import timedelta

import pytest

from patients.models import Certainty, StayKind, StayState
from patients.queries.exits import Exit
from patients.rules.exits import Settled, is_away, is_unsure, settled
from tests.factories.clocks import paris
from wards.weeks import Closing

NOW, CLOSES, OPENS = paris("2026-11-20 10:00"), paris("2026-11-20 18:00"), paris("2026-11-23 07:00")
CLOSING = Closing(CLOSES, OPENS)
HERE, THERE = 1, 2
A_MINUTE = timedelta(minutes=1)


def known(**facts):
    plain = Exit(1, StayState.PRESENT, StayKind.INPATIENT, None, Certainty.POSSIBLE, None, None, None)
    return plain._replace(**facts)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, None),
        ({"state": StayState.LOUNGE}, Settled.LEAVING),
        ({"state": StayState.DISCHARGED}, Settled.LEAVING),
        ({"state": StayState.EXPECTED}, None),
        ({"kept_unit_id": THERE}, Settled.MOVES),
        ({"kept_unit_id": HERE}, None),
        ({"state": StayState.ON_LEAVE, "back_at": OPENS}, Settled.AWAY),
        ({"state": StayState.ON_LEAVE, "back_at": OPENS - A_MINUTE}, None),
        ({"state": StayState.PRESENT, "back_at": OPENS}, None),
        ({"certainty": Certainty.CERTAIN}, None),
        ({"certainty": Certainty.CERTAIN, "expected_at": CLOSES}, Settled.EXITS),
        ({"certainty": Certainty.CERTAIN, "expected_at": NOW}, Settled.EXITS),
        ({"certainty": Certainty.CERTAIN, "expected_at": NOW - A_MINUTE}, None),
        ({"certainty": Certainty.CERTAIN, "expected_at": CLOSES + A_MINUTE}, None),
        ({"certainty": Certainty.PROBABLE, "expected_at": CLOSES}, None),
        ({"kind": StayKind.SESSION}, Settled.OF_A_DAY),
        ({"kind": StayKind.DAY_SURGERY}, Settled.OF_A_DAY),
        ({"kind": StayKind.HOME_CARE}, None),
    ],
)
def test_where_somebody_goes_at_the_closing(facts, found):
    assert settled(known(**facts), CLOSING, unit_id=HERE, at=NOW) == found


def test_a_unit_that_never_opens_again_waits_for_nobody():
    away = known(state=StayState.ON_LEAVE, back_at=OPENS)
    assert not is_away(away, None)
    assert settled(away, Closing(CLOSES, None), unit_id=HERE, at=NOW) is None


@pytest.mark.parametrize(
    ("expected_at", "certainty", "unsure"),
    [
        (None, Certainty.POSSIBLE, False),
        (CLOSES - A_MINUTE, Certainty.POSSIBLE, False),
        (CLOSES, Certainty.POSSIBLE, True),
        (CLOSES, Certainty.PROBABLE, True),
        (CLOSES, Certainty.CERTAIN, False),
        (OPENS - A_MINUTE, Certainty.POSSIBLE, True),
        (OPENS, Certainty.POSSIBLE, False),
    ],
)
def test_an_exit_of_days_off_that_is_not_certain(expected_at, certainty, unsure):
    assert is_unsure(expected_at, certainty, CLOSING) is unsure
    assert is_unsure(expected_at, certainty, Closing(CLOSES, None)) is (unsure or expected_at == OPENS)
