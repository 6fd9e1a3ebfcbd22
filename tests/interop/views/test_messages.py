"""The page of what could not be applied."""

import pytest
from django.test import Client

from amh.core.roles import Role
from amh.interop.actions import messages
from amh.interop.models import InboundMessage, MessageState
from tests.factories.clocks import NOW
from tests.factories.messages import adt
from tests.factories.people import a_user

pytestmark = pytest.mark.django_db

URL = "/interop/messages/"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def receive(*raws: bytes) -> None:
    for raw in raws:
        messages.apply_all(messages.receive(raw, at=NOW).row, at=NOW)


def test_the_list_says_why_and_names_nobody(client: Client) -> None:
    receive(adt("A13", name="SECRET^Anne"))
    client.force_login(a_user(Role.ADMINISTRATOR), BACKEND)
    page = client.get(URL).content.decode()
    assert "Aucun séjour connu ne correspond à cette annulation." in page
    assert "SECRET" not in page
    assert "GAM / CLCC" in page


def test_states_can_be_chosen(client: Client) -> None:
    receive(adt("A20"))
    client.force_login(a_user(Role.BED_MANAGER), BACKEND)
    assert "Rien ici" in client.get(URL).content.decode()
    assert "non utilisé ici" in client.get(URL, {"etat": "ignores"}).content.decode()


def test_others_may_not_look_nor_replay(client: Client) -> None:
    receive(adt("A13"))
    client.force_login(a_user(Role.NURSE), BACKEND)
    assert client.get(URL).status_code == 403
    assert client.post(f"{URL}{InboundMessage.objects.get().pk}/rejouer/").status_code == 403


def test_replaying_says_what_became_of_it(client: Client) -> None:
    receive(adt("A13", movement="M1"), adt("A01", movement="M1"), adt("A03", movement="M2"))
    client.force_login(a_user(Role.BED_MANAGER), BACKEND)
    row = InboundMessage.objects.get(state=MessageState.QUARANTINED)
    page = client.post(f"{URL}{row.pk}/rejouer/", follow=True).content.decode()
    assert "Toujours en quarantaine" in page


def test_constant_queries(client: Client, django_assert_num_queries) -> None:
    client.force_login(a_user(Role.BED_MANAGER), BACKEND)
    receive(adt("A13"))
    with django_assert_num_queries(5):
        client.get(URL)
    receive(*[adt("A13", ipp=str(number)) for number in range(30)])
    with django_assert_num_queries(5):
        client.get(URL)
