"""The report of what each sender does otherwise than the profile: nothing of a patient stands in it."""

import csv
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from amh.core.roles import Role
from amh.interop.actions import messages
from amh.interop.models import Sender
from tests.expectations import counted
from tests.factories.messages import adt
from tests.factories.people import a_user

pytestmark = pytest.mark.django_db
URL = "/interop/conformite/"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def sender() -> Sender:
    """One that sent an event left out of the profile, about somebody whom nobody must find in a report."""
    messages.receive(adt("A08", name="SECRETE^Ursule", ipp="7778889"), at=timezone.now() - timedelta(hours=1))
    return Sender.objects.get()


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(a_user(Role.ADMINISTRATOR), BACKEND)
    return client


def test_every_sender_is_listed_with_its_share(sender: Sender, admin: Client) -> None:
    page = admin.get(URL).content.decode()
    assert f"{URL}{sender.pk}/" in page
    assert "1 · 100 %" in page
    assert "non surveillé" in page


def test_a_report_says_where_what_how_often_and_what_to_ask(sender: Sender, admin: Client) -> None:
    page = admin.get(f"{URL}{sender.pk}/?periode=24h").content.decode()
    for words in ("Événement exclu du profil français", "A31 ou Z99 au lieu de A08", "1 / 1", "AAA^A99", "MSH-21"):
        assert words in page
    assert f'href="/interop/messages/{sender.messages.get().pk}/"' in page


@pytest.mark.parametrize("path", ["", "export/"])
def test_no_report_tells_anything_of_a_patient(sender: Sender, admin: Client, path: str) -> None:
    said = admin.get(f"{URL}{sender.pk}/{path}").content.decode()
    assert not [secret for secret in ("SECRETE", "Ursule", "7778889", "19580312") if secret in said]


def test_the_table_is_the_report_for_a_spreadsheet(sender: Sender, admin: Client) -> None:
    answer = admin.get(f"{URL}{sender.pk}/export/")
    assert answer["Content-Disposition"].startswith('attachment; filename="conformite-gam-clcc-')
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0] == ["Émetteur", "GAM / CLCC"]
    fields = {row[0] for row in rows[5:]}
    assert {"MSH-9", "MSH-21", "PID-32"} <= fields


def test_a_period_without_messages_says_so(sender: Sender, admin: Client) -> None:
    sender.messages.update(received_at=timezone.now() - timedelta(days=2))
    assert "Aucun message pendant cette période" in admin.get(f"{URL}{sender.pk}/?periode=24h").content.decode()


def test_a_period_that_is_none_is_refused(admin: Client) -> None:
    assert admin.get(URL, {"periode": "toujours"}).status_code == 422


def test_the_silence_of_a_sender_is_set_in_its_dialog(sender: Sender, admin: Client) -> None:
    address = f"/interop/emetteurs/{sender.pk}/"
    assert "Signaler son silence" in admin.get(address).content.decode()
    sent = {"name": "Admissions", "watched": "on", "silence_minutes": "30", "calendar": ""}
    assert "« Admissions » : silence signalé." in admin.post(address, sent, follow=True).content.decode()
    sender.refresh_from_db()
    assert (sender.watched, sender.silence_minutes, sender.silent_since) == (True, 30, sender.last_message_at)
    assert admin.post(address, sent | {"silence_minutes": "0"}).status_code == 422


def test_others_may_not_read_it(sender: Sender, client: Client) -> None:
    client.force_login(a_user(Role.NURSE), BACKEND)
    for path in ("", f"{sender.pk}/", f"{sender.pk}/export/"):
        assert client.get(f"{URL}{path}").status_code == 403


def test_as_many_statements_for_thirty_senders(sender: Sender, admin: Client) -> None:
    admin.get(URL)
    asked: list[int] = []
    with counted(asked):
        admin.get(URL)
    for number in range(29):
        messages.receive(adt("A08", sender=f"S{number}|CLCC"), at=timezone.now())
    with counted(asked):
        admin.get(URL)
    assert asked[0] == asked[1]
