"""Who gets a bed when several claim it, whatever the order of the beds and the lengths of the claims."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients.models import Placement
from patients.rules.claims import Claims, overlap
from tests.factories.clocks import paris

NINE, TEN, NOON, TWO = (paris(f"{hour}:00") for hour in ("09", "10", "12", "14"))


def claim(stay, bed, start, end=None, *, patient=None, exempt=False):
    return Placement(
        stay_id=stay, patient_id=patient or stay, unit_id=1, bed_id=bed, starts_at=start, ends_at=end, exempt=exempt
    )


def said(places):
    return [(place.bed_id, place.wanted_bed_id, place.starts_at, place.ends_at) for place in places]


def test_what_nobody_holds_is_granted_whole():
    assert said(Claims([]).grant(claim(1, 7, NINE))) == [(7, None, NINE, None)]


def test_a_held_bed_is_to_be_confirmed_for_the_time_of_the_other():
    table = Claims([claim(1, 7, NINE, TEN), claim(2, 7, NOON, TWO)])
    assert said(table.grant(claim(3, 7, NINE))) == [
        (None, 7, NINE, TEN),
        (7, None, TEN, NOON),
        (None, 7, NOON, TWO),
        (7, None, TWO, None),
    ]


def test_two_who_follow_each_other_bar_the_bed_once():
    table = Claims([claim(1, 7, NINE, TEN), claim(2, 7, TEN, NOON)])
    assert said(table.grant(claim(3, 7, NINE))) == [(None, 7, NINE, NOON), (7, None, NOON, None)]


def test_what_is_granted_bars_the_next_and_what_is_not_bars_nobody():
    table = Claims([claim(1, 7, NINE, NOON)])
    assert said(table.grant(claim(2, 7, TEN))) == [(None, 7, TEN, NOON), (7, None, NOON, None)]
    assert said(table.grant(claim(3, 7, TEN, TWO))) == [(None, 7, TEN, TWO)]


def test_one_patient_has_one_place_but_for_the_chair_of_a_day_unit():
    table = Claims([claim(1, 7, NINE, NOON, patient=5)])
    assert said(table.grant(claim(2, 8, TEN, patient=5))) == [(None, 8, TEN, NOON), (8, None, NOON, None)]
    assert said(table.grant(claim(3, 9, TEN, patient=5, exempt=True))) == [(9, None, TEN, None)]
    assert said(table.grant(claim(4, None, NINE, TEN, patient=5))) == [(None, None, NINE, TEN)]


def test_a_stay_stands_in_its_own_way_never():
    assert said(Claims([claim(1, 7, NINE)]).grant(claim(1, 7, TEN))) == [(7, None, TEN, None)]


@pytest.mark.parametrize("start", [NINE, TEN, NOON])
def test_a_stay_of_zero_length_takes_nothing_from_anybody(start):
    table = Claims([claim(1, 7, NINE, NOON)])
    assert said(table.grant(claim(2, 7, start, start))) == [(7, None, start, start)]
    assert said(table.grant(claim(3, 7, NOON))) == [(7, None, NOON, None)]


moments = st.integers(0, 12).map(lambda step: NINE + timedelta(minutes=10 * step))
ends = st.one_of(st.none(), moments)
claims = st.lists(
    st.builds(
        lambda stay, bed, start, end, exempt: claim(
            stay, bed, start, end if end is None or end >= start else start, patient=stay % 3 + 1, exempt=exempt
        ),
        st.integers(1, 5),
        st.one_of(st.none(), st.integers(1, 3)),
        moments,
        ends,
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda one: one.stay_id,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(claims)
def test_nothing_is_lost_nothing_is_double_and_nothing_waits_without_a_reason(wishes):
    table = Claims([])
    granted = {wish.stay_id: table.grant(wish) for wish in wishes}
    places = [place for group in granted.values() for place in group]
    for wish in wishes:
        pieces = granted[wish.stay_id]
        assert (pieces[0].starts_at, pieces[-1].ends_at) == (wish.starts_at, wish.ends_at)
        assert all(one.ends_at == other.starts_at for one, other in pairwise(pieces))
        assert {place.bed_id or place.wanted_bed_id for place in pieces} == {wish.bed_id}
    held = [place for place in places if not place.to_confirm]
    for place in places:
        rivals = [other for other in held if _rivals(place, other) and overlap(place, other)]
        assert bool(rivals) == place.to_confirm


def _rivals(one, other):
    if one.stay_id == other.stay_id:
        return False
    wanted = one.bed_id or one.wanted_bed_id
    same_bed = wanted is not None and other.bed_id == wanted
    return same_bed or (one.patient_id == other.patient_id and not one.exempt and not other.exempt)
