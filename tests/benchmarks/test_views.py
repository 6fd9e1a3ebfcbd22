"""The addresses that are measured must be addresses of the board, each another one."""

import pytest

from benchmarks import views
from tests.factories.clocks import NOW
from tests.factories.logins import a_login, browser_of
from tests.factories.places import a_bed, a_unit

ADDRESSES = views.addressed(NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ADDRESSES)
def test_each_address_shows_the_board(name):
    a_bed(a_unit())
    assert browser_of(a_login()).get(ADDRESSES[name]).status_code == 200


def test_no_address_is_measured_twice():
    assert len(set(ADDRESSES.values())) == len(ADDRESSES)


def test_the_moments_are_those_around_the_hour_of_the_run():
    assert ADDRESSES["yesterday"] == "/lits/?a=2026-11-20T14:32"
    assert ADDRESSES["tomorrow"] == "/lits/?a=2026-11-22T14:32"
