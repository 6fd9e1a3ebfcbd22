"""The page of what could not be applied, and that of each message."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from amh.core.models import AccessTrace
from amh.core.roles import Role
from amh.interop.actions import messages, replays
from amh.interop.models import InboundMessage, MessageState, Replay, Sender
from patients.actions import patients
from patients.models import Patient, Protection
from tests.factories.messages import adt
from tests.factories.people import a_user

pytestmark = pytest.mark.django_db

URL = "/interop/messages/"
BACKEND = "django.contrib.auth.backends.ModelBackend"
KEPT = MessageState.QUARANTINED


def receive(*raws: bytes) -> list[InboundMessage]:
    """Receive and apply messages a minute ago, by the real clock: the page runs on it."""
    at = timezone.now() - timedelta(minutes=1)
    rows = [messages.receive(raw, at=at).row for raw in raws]
    for row in rows:
        messages.apply_all(row, at=at)
        row.refresh_from_db()
    return rows


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(a_user(Role.BED_MANAGER), BACKEND)
    return client


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(a_user(Role.ADMINISTRATOR), BACKEND)
    return client


def text(answer: HttpResponse, *, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.content.decode()


def cancellations(count: int, **said: str) -> list[InboundMessage]:
    return receive(*[adt("A13", ipp=f"{number}", visit=f"V{number}", **said) for number in range(count)])


def test_the_list_says_why_and_names_nobody(administrator: Client) -> None:
    receive(adt("A13", name="SECRET^Anne"))
    page = text(administrator.get(URL))
    assert "Aucun séjour connu ne correspond à cette annulation." in page
    assert "1 message : Rien à annuler" in page
    assert "SECRET" not in page
    assert "GAM / CLCC" in page


def test_nothing_at_all_says_so(administrator: Client) -> None:
    page = text(administrator.get(URL))
    assert "Aucun système n’a encore parlé." in page
    assert "Rien ici : tout est passé." in page


def test_states_can_be_chosen(manager: Client) -> None:
    receive(adt("A20"))
    assert "Rien ici" in text(manager.get(URL))
    assert "non utilisé ici" in text(manager.get(URL, {"etat": "ignores"}))
    assert "non utilisé ici" in text(manager.get(URL, {"etat": "tous"}))


def test_filters_stay_in_the_address(manager: Client) -> None:
    cancellations(2)
    cancellations(1, sender="OTHER|CLCC", control_id="77")
    other = Sender.objects.get(application="OTHER")
    query = {"emetteur": str(other.pk), "identifiant": "77", "evenement": "A13", "du": "2020-01-01"}
    page = text(manager.get(URL, query))
    assert page.count('class="raw">77<') == 1
    assert f"?emetteur={other.pk}&amp;evenement=A13&amp;du=2020-01-01&amp;identifiant=77&amp;etat=tous" in page
    assert "Rien qui corresponde" in text(manager.get(URL, query | {"motif": "no_identifier"}))


@pytest.mark.parametrize("query", [{"du": "2026-13-01"}, {"au": "0001-01-01"}, {"emetteur": "x"}, {"evenement": "<b>"}])
def test_a_filter_that_says_nothing_is_said_to_be_wrong(manager: Client, query: dict[str, str]) -> None:
    assert "errorlist" in text(manager.get(URL, query), status=422)


@pytest.mark.parametrize("before", ["x", "٣", "9" * 30, "-1", ""])
def test_an_address_that_begins_nowhere_begins_at_the_newest(manager: Client, before: str) -> None:
    cancellations(1)
    assert "Rien à annuler" in text(manager.get(URL, {"avant": before}))


def test_older_ones_are_on_the_next_page(manager: Client) -> None:
    rows = cancellations(51)
    first = text(manager.get(URL))
    assert "Plus anciens" in first
    last = text(manager.get(URL, {"avant": str(rows[1].pk)}))
    assert (f"{URL}{rows[0].pk}/" in first, f"{URL}{rows[0].pk}/" in last) == (False, True)


def test_others_may_not_look_nor_replay(client: Client) -> None:
    (row,) = cancellations(1)
    client.force_login(a_user(Role.NURSE), BACKEND)
    for address in (URL, f"{URL}sante/", f"{URL}{row.pk}/", f"{URL}rejouer/", f"{URL}{row.pk}/ignorer/"):
        assert client.get(address).status_code == 403
    assert client.post(f"{URL}{row.pk}/rejouer/").status_code == 403


def test_replaying_says_what_became_of_it(manager: Client) -> None:
    receive(adt("A13", movement="M1"), adt("A01", movement="M1"), adt("A03", movement="M2"))
    row = InboundMessage.objects.get(state=KEPT)
    page = text(manager.post(f"{URL}{row.pk}/rejouer/", follow=True))
    assert "Toujours en quarantaine" in page
    assert "Rejoué : toujours en quarantaine" in page
    row.refresh_from_db()
    InboundMessage.objects.filter(pk=row.pk).update(state=MessageState.ACCEPTED)
    assert manager.post(f"{URL}{row.pk}/rejouer/").status_code == 409


def test_a_message_is_ignored_for_a_reason_and_comes_back(manager: Client) -> None:
    (row,) = cancellations(1)
    assert "Rien ne sera changé" in text(manager.get(f"{URL}{row.pk}/ignorer/"))
    assert manager.post(f"{URL}{row.pk}/ignorer/", {"reason": "other"}).status_code == 422
    page = text(manager.post(f"{URL}{row.pk}/ignorer/", {"reason": "by_hand", "note": "<b>vu</b>"}, follow=True))
    assert "déjà fait à la main sur le plan des lits (&lt;b&gt;vu&lt;/b&gt;)" in page
    assert f'action="{URL}{row.pk}/remettre/"' in page
    assert "par " in text(manager.get(URL, {"etat": "ignores"}))
    again = text(manager.post(f"{URL}{row.pk}/remettre/", follow=True))
    assert "Remis en quarantaine" in again
    assert manager.post(f"{URL}{row.pk}/remettre/").status_code == 409


def test_all_that_a_list_shows_is_replayed_at_once(manager: Client) -> None:
    cancellations(3)
    receive(adt("A28", ipp="").replace(b"^^^CLCC^PI", b""))
    address = f"{URL}rejouer/?motif=nothing_to_cancel"
    dialog = text(manager.get(address))
    assert "3 · Rien à annuler" in dialog
    newest = InboundMessage.objects.filter(reason_code="nothing_to_cancel").latest("pk").pk
    assert f'value="{newest}"' in dialog
    cancellations(5)
    page = text(manager.post(address, {"newest": newest}, follow=True))
    assert "0 sur 3" in page
    assert Replay.objects.get().total == 3
    assert "va être rejoué" in text(manager.get(URL))
    assert "0 sur 3" in text(manager.get(URL))
    while replays.step(at=timezone.now()):
        pass
    done = text(manager.get(f"/interop/reprises/{Replay.objects.get().pk}/", headers={"HX-Request": "true"}))
    assert "C’est fini" in done
    assert "0 appliqué, 3 toujours en quarantaine" in " ".join(done.split())
    assert "data-refresh" not in done


def test_all_that_a_list_shows_is_ignored_and_put_back(manager: Client) -> None:
    cancellations(3)
    newest = InboundMessage.objects.latest("pk").pk
    sent = {"reason": "mistake", "newest": newest}
    assert "3 messages ignorés." in text(manager.post(f"{URL}ignorer/", sent, follow=True))
    assert manager.post(f"{URL}ignorer/", sent).status_code == 409
    back = f"{URL}remettre/?etat=ignores"
    assert "3 · Rien à annuler" in text(manager.get(back))
    assert "3 messages remis en quarantaine." in text(manager.post(back, {"newest": newest}, follow=True))
    assert manager.get(f"{URL}ignorer/?du=jamais").status_code == 404


def test_the_message_is_shown_with_its_fault(manager: Client) -> None:
    (row,) = receive(adt("A13", name="DURAND^Hélène"))
    page = text(manager.get(f"{URL}{row.pk}/"))
    assert 'id="faute"' in page
    assert "La faute est ici" in page
    assert "DURAND^Hélène" in page
    assert "<title>Message reçu · AMH</title>" in page
    assert "lu en utf-8, annoncé « UNICODE UTF-8 » · fins de ligne CR" in " ".join(page.split())
    assert "<b>AA</b> · reçu et gardé" in page


def test_an_applied_message_leads_to_what_it_did(manager: Client) -> None:
    (row,) = receive(adt("A01"))
    page = text(manager.get(f"{URL}{row.pk}/"))
    assert f"/patients/{Patient.objects.get().pk}/" in page
    assert "Ce qu’il a fait" in page
    assert 'id="faute"' not in page


def test_reading_a_patient_is_traced(client: Client) -> None:
    (row,) = receive(adt("A01"))
    reader = a_user(Role.BED_MANAGER)
    client.force_login(reader, BACKEND)
    client.get(f"{URL}{row.pk}/")
    trace = AccessTrace.objects.get(page="message")
    assert (trace.by, trace.patient_id, trace.params["message"]) == (reader, Patient.objects.get().pk, row.pk)


def test_whoever_keeps_the_exchanges_going_sees_the_fault_and_nobody(administrator: Client) -> None:
    applied, kept = receive(adt("A01", name="SECRET^Anne"), adt("A12", movement="M9", name="SECRET^Anne", visit="V1"))
    for row in (applied, kept):
        page = text(administrator.get(f"{URL}{row.pk}/"))
        assert "SECRET" not in page
        assert "700123" not in page
        assert "MED^201^F" in page
        assert "/patients/" not in page
    assert "La faute est ici" in page
    assert not AccessTrace.objects.filter(page="message").exists()


def test_a_protected_patient_is_masked_with_the_way_to_ask(manager: Client) -> None:
    (row,) = receive(adt("A01", name="SECRET^Anne"))
    patient = Patient.objects.get()
    patients.protect(patient=patient, protection=Protection.VIP, by=None, at=timezone.now())
    page = text(manager.get(f"{URL}{row.pk}/"))
    assert "SECRET" not in page
    assert f"/patients/{patient.pk}/acces-exceptionnel/" in page


HOSTILE = {
    "script": ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    "sql": ("'; DROP TABLE patients; --", "&#x27;; DROP TABLE patients; --"),
    "zero": ("A\x00B", "A B"),
    "right to left": ("A\u202eB", "A B"),
    "mark": ("\u05d0\u200fB", '<bdi class="raw">NTE'),
    "template": ("{{ user }}{% load x %}", "{{ user }}{% load x %}"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_value_is_shown_inert(manager: Client, kind: str) -> None:
    value, shown = HOSTILE[kind]
    (row,) = receive(adt("A13", extra=f"NTE|{value}|NTE"))
    page = text(manager.get(f"{URL}{row.pk}/"))
    assert shown in page
    assert "<script>alert" not in page
    assert "\x00" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize("place", ["MSH-3", "MSH-10"])
def test_a_hostile_name_of_a_sender_is_inert_in_the_list(manager: Client, place: str) -> None:
    value = "<img src=x onerror=alert(1)>"
    raw = adt("A13", sender=f"{value}|CLCC") if place == "MSH-3" else adt("A13", control_id=value)
    receive(raw)
    assert value not in text(manager.get(URL))
    assert "&lt;img src=x" in text(manager.get(URL))


def test_a_long_value_unfolds(manager: Client) -> None:
    (row,) = receive(adt("A13", extra=f"NTE|1|{'x' * 10_000}"))
    page = text(manager.get(f"{URL}{row.pk}/"))
    assert "… (10000 caractères)" in page.replace("\u202f", "").replace("\xa0", "")
    assert "x" * 10_000 in page


def test_five_megabytes_stay_a_page(manager: Client) -> None:
    (row,) = receive(adt("A13", extra=f"NTE|1|{'y' * 5_000_000}"))
    assert len(text(manager.get(f"{URL}{row.pk}/"))) < 300_000


def test_what_is_no_message_is_text_for_those_who_register_people(client: Client) -> None:
    (row,) = receive(b"bonjour Mme <i>SECRET</i>")
    client.force_login(a_user(Role.BED_MANAGER), BACKEND)
    assert "bonjour Mme &lt;i&gt;SECRET&lt;/i&gt;" in text(client.get(f"{URL}{row.pk}/"))
    assert AccessTrace.objects.filter(page="message", patient_id=None).count() == 1
    client.force_login(a_user(Role.ADMINISTRATOR), BACKEND)
    page = text(client.get(f"{URL}{row.pk}/"))
    assert "SECRET" not in page
    assert "<b>AR</b>" in page


def test_the_health_of_the_feeds_is_a_part_of_its_own(manager: Client) -> None:
    receive(adt("A01"), adt("A13", ipp="2", visit="V2"))
    Sender.objects.update(watched=True, silence_minutes=45)
    part = " ".join(text(manager.get(f"{URL}sante/")).split())
    assert "<html" not in part
    assert "2 en 1 h · 2 en 24 h" in part
    assert "1 en quarantaine" in part
    assert "alerte après 45 min de silence" in part
    Sender.objects.update(last_message_at=timezone.now() - timedelta(hours=2))
    assert "silencieux depuis 2 h 00" in text(manager.get(f"{URL}sante/"))


def test_constant_queries(manager: Client) -> None:
    cancellations(1)
    with CaptureQueriesContext(connection) as one:
        manager.get(URL)
    cancellations(30, sender="S0|CLCC")
    for number in range(30):
        cancellations(1, sender=f"S{number}|CLCC")
    with CaptureQueriesContext(connection) as many:
        manager.get(URL)
    assert len(one) == len(many)
