"""The page of what did not leave, and of those who are told what happens here."""

import pytest
from django.test import Client

from amh.core.models import AuditEntry, DeliveryState
from amh.core.roles import Role
from amh.interop.models import OutboundMessage, Receiver
from patients.actions import movements, stays
from patients.models import StayKind
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.receivers import a_receiver, numbered

pytestmark = pytest.mark.django_db

URL = "/interop/envois/"
BACKEND = "django.contrib.auth.backends.ModelBackend"
SAID = {
    "name": "Bionettoyage",
    "host": "nettoyage.local",
    "port": "2575",
    "application": "BIO",
    "domain": "CLCC",
    "charset": "8859/15",
    "events": ["A02", "A03"],
    "bed_states": "on",
    "enabled": "on",
}


def rows(receiver: Receiver, count: int, **fields: object) -> list[OutboundMessage]:
    bed = a_bed(a_unit())
    known = {"receiver": receiver, "bed": bed, "bed_status": "U", "trigger": "A20", "said_at": NOW, "due_at": NOW}
    start = OutboundMessage.objects.count()
    keys = [f"{receiver.pk}:{start + number}" for number in range(count)]
    return [OutboundMessage.objects.create(**known | fields, idempotency_key=key) for key in keys]


@pytest.fixture
def failed(db) -> OutboundMessage:
    reason = {"state": DeliveryState.EXHAUSTED, "last_error": "Refusé par le destinataire (AR)."}
    return rows(a_receiver(name="DPI"), 1, **reason)[0]


def logged_in(client: Client, role: Role) -> Client:
    client.force_login(a_user(role), BACKEND)
    return client


def test_the_list_says_what_did_not_leave_and_why(client: Client, failed: OutboundMessage) -> None:
    page = logged_in(client, Role.BED_MANAGER).get(URL).content.decode()
    assert "Qu’est-ce qui n’est pas parti ?" in page
    assert "Refusé par le destinataire (AR)." in page
    assert failed.control_id in page
    assert f"A20 · état du lit {failed.bed.short_label}" in page
    assert "Ajouter un destinataire" not in page


@pytest.mark.parametrize(
    ("chosen", "state"), [("en-attente", "À envoyer"), ("abandonnes", "Annulé"), ("tous", "Échec définitif")]
)
def test_states_can_be_chosen(client: Client, failed: OutboundMessage, chosen: str, state: str) -> None:
    rows(failed.receiver, 1)
    rows(failed.receiver, 1, state=DeliveryState.CANCELLED)
    assert f"<b>{state}</b>" in logged_in(client, Role.BED_MANAGER).get(URL, {"etat": chosen}).content.decode()


def test_what_is_about_a_patient_says_what_happened_and_to_nobody(client: Client) -> None:
    receiver, unit = a_receiver(), a_unit()
    patient = numbered(a_patient("SECRET"))
    stay = stays.preadmit(patient=patient, unit=unit, expected_at=NOW, kind=StayKind.INPATIENT, by=None, at=NOW)
    moved = stays.admit(stay=stay, unit=unit, bed=a_bed(unit), by=None, at=NOW)
    movements.undo(movement=moved, by=a_user(Role.BED_MANAGER), at=NOW)
    page = logged_in(client, Role.BED_MANAGER).get(URL, {"etat": "tous"}).content.decode()
    for words in ("A05 · préadmission", "A01 · entrée", "A11 · annulation : entrée"):
        assert words in page
    assert "SECRET" not in page
    assert receiver.name in page


def test_how_each_receiver_is_stands_above(client: Client, failed: OutboundMessage) -> None:
    a_receiver(name="Ancien", enabled=False)
    a_receiver(name="Muet", away_since=NOW, retry_at=NOW)
    page = logged_in(client, Role.ADMINISTRATOR).get(URL).content.decode()
    assert "Inactif" in page
    assert "Sans réponse depuis sam. 21 nov. 14:32" in page
    assert "Ajouter un destinataire" in page


def test_what_failed_can_be_sent_again(client: Client, failed: OutboundMessage) -> None:
    answer = logged_in(client, Role.BED_MANAGER).post(f"{URL}{failed.pk}/renvoyer/", follow=True)
    assert "Le message repart." in answer.content.decode()
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (DeliveryState.PENDING, 0)
    assert AuditEntry.objects.filter(action="delivery.retry").exists()


def test_or_given_up(client: Client, failed: OutboundMessage) -> None:
    logged_in(client, Role.BED_MANAGER).post(f"{URL}{failed.pk}/abandonner/")
    failed.refresh_from_db()
    assert failed.state == DeliveryState.CANCELLED


def test_others_may_neither_look_nor_act(client: Client, failed: OutboundMessage) -> None:
    logged_in(client, Role.NURSE)
    assert client.get(URL).status_code == 403
    for verb in ("renvoyer", "abandonner"):
        assert client.post(f"{URL}{failed.pk}/{verb}/").status_code == 403


def test_the_bed_manager_describes_no_receiver(client: Client) -> None:
    receiver = a_receiver()
    logged_in(client, Role.BED_MANAGER)
    assert client.get("/interop/destinataires/ajouter/").status_code == 403
    assert client.post(f"/interop/destinataires/{receiver.pk}/modifier/", SAID).status_code == 403


def test_the_administrator_adds_a_receiver(client: Client) -> None:
    assert logged_in(client, Role.ADMINISTRATOR).post("/interop/destinataires/ajouter/", SAID).status_code == 302
    receiver = Receiver.objects.get()
    assert (receiver.host, receiver.port, receiver.events, receiver.bed_states) == (
        "nettoyage.local",
        2575,
        ["A02", "A03"],
        True,
    )
    entry = AuditEntry.objects.get(action="receiver.create")
    assert entry.params["host"] == "nettoyage.local"


def test_and_changes_one(client: Client) -> None:
    receiver = a_receiver(away_since=NOW, retry_at=NOW)
    said = {name: value for name, value in SAID.items() if name not in ("enabled", "bed_states")}
    address = f"/interop/destinataires/{receiver.pk}/modifier/"
    assert receiver.host in logged_in(client, Role.ADMINISTRATOR).get(address).content.decode()
    client.post(address, said)
    receiver.refresh_from_db()
    assert (receiver.name, receiver.enabled, receiver.bed_states) == ("Bionettoyage", False, False)
    assert receiver.away_since is None
    assert AuditEntry.objects.filter(action="receiver.change").exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "DPI", "Un autre destinataire porte déjà ce nom."),
        ("host", "a b", "Un nom de machine ou une adresse IP est attendu."),
        ("port", "70000", "Un nombre de 1 à 65535 est attendu."),
        ("application", "x" * 181, "180 caractères au plus."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(client: Client, field: str, value: str, sentence: str) -> None:
    a_receiver(name="DPI")
    answer = logged_in(client, Role.ADMINISTRATOR).post("/interop/destinataires/ajouter/", SAID | {field: value})
    assert answer.status_code in (409, 422)
    assert sentence in answer.content.decode()
    assert Receiver.objects.count() == 1


def test_constant_queries(client: Client, django_assert_num_queries, failed: OutboundMessage) -> None:
    logged_in(client, Role.BED_MANAGER)
    with django_assert_num_queries(5):
        client.get(URL, {"etat": "tous"})
    for _receiver in range(5):
        rows(a_receiver(), 6)
    with django_assert_num_queries(5):
        client.get(URL, {"etat": "tous"})
