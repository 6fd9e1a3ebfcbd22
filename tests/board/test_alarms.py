"""The board says which system has stopped talking, and stops saying so once it talks again."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from amh.board import alarms
from amh.board.audiences import Audience
from amh.board.topics import BoardTopic
from amh.core.actions import parameters
from amh.core.roles import Role
from amh.interop.actions import alerts, messages
from amh.interop.models import Sender
from patients import events
from tests.expectations import announced, counted
from tests.factories.clocks import NOW
from tests.factories.logins import a_login, browser_of
from tests.factories.messages import adt
from tests.factories.places import a_unit

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=61)
SAID = "ne parle plus depuis <b>14:32</b>"
SHOWN, HIDDEN = '<div id="alarme">', '<div id="alarme" hidden>'


@pytest.fixture
def sender() -> Sender:
    """A sender that is watched and spoke last at ``NOW``."""
    messages.receive(adt("A28"), at=NOW)
    Sender.objects.update(watched=True, name="Admissions")
    return Sender.objects.get()


def page(role: Role = Role.BED_MANAGER, address: str = "/lits/") -> str:
    unit = a_unit()
    return browser_of(a_login(role, unit)).get(address).content.decode()


def test_everyone_reads_who_is_silent_since_when_and_what_to_do(sender: Sender) -> None:
    alerts.watch(at=LATER)
    for role in (Role.BED_MANAGER, Role.NURSE, Role.HOUSEKEEPING):
        shown = page(role)
        assert SHOWN in shown
        assert "Le système <b>Admissions</b> ne parle plus depuis" in shown
        assert "Prévenir l’astreinte informatique" in shown


def test_only_who_may_read_messages_is_led_to_them(sender: Sender) -> None:
    assert page(Role.BED_MANAGER).count("/interop/messages/") == page(Role.NURSE).count("/interop/messages/") + 2


@pytest.mark.parametrize("address", ["/lits/?mode=mural", "/lits/?vue=liste", "/lits/?q=personne"])
def test_every_board_of_the_present_says_it(sender: Sender, address: str) -> None:
    alerts.watch(at=LATER)
    assert SHOWN in page(address=address)


@pytest.mark.parametrize("address", ["/lits/?a=2026-11-21T10:00", "/lits/?a=2030-11-21T10:00"])
def test_a_board_of_another_moment_does_not(sender: Sender, address: str) -> None:
    alerts.watch(at=LATER)
    assert HIDDEN in page(address=address)


def test_nothing_is_said_while_everybody_talks(sender: Sender) -> None:
    alerts.watch(at=NOW + timedelta(minutes=59))
    assert HIDDEN in page()


def test_open_boards_are_told_once_at_each_end_of_the_silence(sender: Sender) -> None:
    with announced({events.SILENCES}):
        alerts.watch(at=LATER)
        alerts.watch(at=LATER + timedelta(minutes=1))
    assert Sender.objects.get().silent_since == NOW
    with announced({events.SILENCES}):
        messages.receive(adt("A28"), at=LATER + timedelta(minutes=2))
        messages.receive(adt("A28"), at=LATER + timedelta(minutes=3))
    assert Sender.objects.get().silent_since is None


def streamed(audience: Audience, *, at=LATER) -> list[str]:
    topic = BoardTopic()
    return [event.data for event in topic.compose(topic.collect({events.SILENCES}, at=at), audience)]


def test_the_stream_replaces_the_bar_in_the_language_of_each_audience(sender: Sender) -> None:
    alerts.watch(at=LATER)
    (french,) = streamed(Audience("fr", None))
    assert french.startswith(SHOWN)
    assert SAID in french
    parameters.change(key="feed_silence_act", value={"fr": "Appeler le 12", "en": "Call 12"}, by=None, at=NOW)
    (english,) = streamed(Audience("en", frozenset(), wall=True))
    assert "Call 12" in english
    (next_day,) = streamed(Audience("fr", None), at=LATER + timedelta(days=1))
    assert "sam. 21 nov. 14:32" in next_day
    messages.receive(adt("A28"), at=LATER)
    assert streamed(Audience("fr", None)) == [alarms.html(alarms.QUIET)]


def test_midnight_dates_the_hour(sender: Sender) -> None:
    topic = BoardTopic()
    before, after = (topic.fingerprints(at=NOW + timedelta(hours=hours)) for hours in (9, 10))
    assert before[events.SILENCES] != after[events.SILENCES]


def test_no_more_statements_for_thirty_silent_systems_than_for_one(sender: Sender, client: Client) -> None:
    unit = a_unit()
    browser = browser_of(a_login(Role.BED_MANAGER, unit))
    alerts.watch(at=LATER)
    asked: list[int] = []
    for number in range(30):
        browser.get("/lits/")
        if number in (0, 29):
            with counted(asked):
                browser.get("/lits/")
        Sender.objects.create(application=f"S{number}", watched=True, last_message_at=NOW, silent_since=NOW)
    assert asked[0] == asked[1]


def test_paper_of_now_says_it_and_paper_of_another_moment_does_not(sender: Sender) -> None:
    alerts.watch(at=LATER)
    browser = browser_of(a_login(Role.BED_MANAGER, a_unit()))
    now, then = (browser.get(f"/lits/impression/{query}").content for query in ("", "?a=2026-11-21T10:00"))
    assert "Admissions ne parle plus depuis" in on_paper(now)
    assert "ne parle plus" not in on_paper(then)


def on_paper(made: bytes) -> str:
    """The words of a PDF, without the marks that keep the direction of writing."""
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)
    return " ".join(text.replace("\u2066", "").replace("\u2069", "").replace("\u200b", "").split())
