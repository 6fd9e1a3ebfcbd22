"""The wall screens of the demonstration hospital name nobody and tell nothing of anybody (WR-60)."""

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from amh.board.audiences import Audience
from amh.board.topics import BoardTopic
from amh.core.models import User
from amh.demo import seeds
from patients.actions import deaths, flags
from patients.models import FlagKind, Patient, Stay, StayState
from tests.board.browsing import browse
from wards.models import Bed, Unit

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 21, 12, 10, tzinfo=ZoneInfo("Europe/Paris"))
TOLD = re.compile(
    r"décès|décédé|palliatif|isolement|précaution|gouttelette|protecteur|cancer|tumeur|leucémie|chimio|"
    r"greffe|aplasie|curie|hématolog|métasta|sida|VIH|BMR|BHRe",
    re.IGNORECASE,
)
"""What an illness, a death, an end of life or a germ is called."""
WORD = re.compile(r"[^\W\d_]{3,}")
URLS = re.compile(r'(?:href|src|action|hx-get|hx-post|data-live|data-login|data-present)="([^"]*)"')


@pytest.fixture
def hospital(settings) -> Iterator[None]:
    """The demonstration, with somebody isolated and somebody who has just died."""
    settings.DEMO = True
    with time_machine.travel(NOON, tick=False):
        seeds.seed(beds=60, seed=1, history=0, at=NOON, bare=True)
        lying = Stay.objects.filter(state=StayState.PRESENT, placements__ends_at=None, placements__bed__isnull=False)
        isolated, dead = lying.order_by("pk")[:2]
        flags.raise_(patient=isolated.patient, kind=FlagKind.AIRBORNE_PRECAUTIONS, by=None, at=NOON)
        deaths.die(stay=dead, effective_at=NOON, by=None, at=NOON)
        yield


def names() -> set[str]:
    """Every word of the name of somebody."""
    fields = ("birth_name", "used_name", "first_names", "used_first_name")
    said = Patient.objects.values_list(*fields)
    return {word.upper() for row in said for text in row for word in WORD.findall(text or "")}


def told(text: str, known: set[str]) -> list[str]:
    """What a page or an event tells that it must not: names as the board writes them, and words that tell."""
    plain = re.sub(r"<[^>]*>", " ", text)
    written = {word for word in WORD.findall(plain) if word.isupper()}
    written |= {word.upper() for word in re.findall(r"\b[A-ZÀ-Ý][a-zà-ÿ]{2,}\b", plain)} - COMMON
    return sorted(written & known) + TOLD.findall(text)


COMMON = {"PATIENT", "LIBRE", "SAINT"}


def pages(client: Client) -> Iterator[tuple[str, str]]:
    """Every page that a wall may open, by its address."""
    for query in ("", *(f"&unite={code}" for code in Unit.objects.values_list("code", flat=True))):
        address = f"/lits/?mode=mural{query}"
        response = client.get(address)
        assert response.status_code == 200, address
        yield address, response.content.decode()


@pytest.mark.usefixtures("hospital")
def test_no_page_title_or_address_of_a_wall_tells_anything():
    known, client = names(), browse(User.objects.get(username="mural"))
    for address, page in pages(client):
        main = page.split("<body>")[1]
        assert told(main, known) == [], address
        assert re.findall(r"<title>(.*?)</title>", page) == ["Plan des lits · AMH"]
        for url in URLS.findall(page):
            assert told(url, known) == [], url
            assert "sejours" not in url
            assert "patients" not in url


@pytest.mark.usefixtures("hospital")
def test_a_wall_calls_units_by_their_codes_alone():
    client = browse(User.objects.get(username="mural"))
    page = dict(pages(client))["/lits/?mode=mural"]
    codes = Unit.objects.values_list("code", flat=True)
    assert set(re.findall(r"<h2>(.*?)</h2>", page.split("<main")[1].split("</main>")[0])) <= set(codes)
    assert set(re.findall(r'<section class="unit"[^>]* aria-label="(.*?)"', page)) <= set(codes)


@pytest.mark.usefixtures("hospital")
def test_nothing_that_a_wall_is_sent_tells_anything():
    topic, known = BoardTopic(), names()
    beds, units = Bed.objects.values_list("pk", flat=True), Unit.objects.values_list("pk", flat=True)
    collected = topic.collect([*beds, *(-pk for pk in units)], at=NOON)
    sent = topic.compose(collected, Audience("fr", frozenset(), wall=True))
    assert {event.name for event in sent} >= {"card", "unit"}
    assert [fault for event in sent for fault in told(event.data, known)] == []
    everyone = topic.compose(collected, Audience("fr", None))
    assert [fault for event in everyone for fault in told(event.data, known)] != []
