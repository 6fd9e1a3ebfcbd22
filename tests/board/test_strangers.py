"""Who has no right over a unit is not told how it is with its patients, not even by a refusal."""

from datetime import timedelta

import pytest
from django.urls import reverse

from amh.core.roles import Role
from patients.actions import deaths, departures, leaves, stays
from tests.board.browsing import browse, text
from tests.factories.clocks import NOW
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present

pytestmark = pytest.mark.django_db


def dead(stay):
    deaths.die(stay=stay, by=None, at=NOW)


def gone(stay):
    stays.discharge(stay=stay, by=None, at=NOW)


def away(stay):
    leaves.leave(stay=stay, until=NOW + timedelta(hours=5), by=None, at=NOW)


def in_the_lounge(stay):
    departures.to_lounge(stay=stay, by=None, at=NOW)


ACTS = ["move", "wait", "swap", "discharge", "leave", "home-care", "expect"]
STEPS = ["die", "body-left", "lounge", "come-back", "depart"]


@pytest.mark.parametrize("bring", [dead, gone, away, in_the_lounge])
def test_a_page_refuses_a_stranger_alike_whatever_the_state(bring):
    bring(stay := present(a_bed(a_unit("USP"))))
    stranger = browse(a_user(Role.AMH, a_unit("HEM")))
    answers = {name: stranger.get(reverse(f"board:{name}", args=[stay.pk])) for name in ACTS}
    answers |= {f"{name} sent": stranger.post(reverse(f"board:{name}", args=[stay.pk]), {}) for name in ACTS + STEPS}
    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 403} == {}
    said = " ".join(map(text, answers.values()))
    assert [word for word in ("décéd", "sorti (", "en permission", "au salon") if word in said] == []
