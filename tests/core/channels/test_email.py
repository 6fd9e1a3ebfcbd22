import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from amh.core.channels import email
from amh.core.deliveries.failures import Failure, Permanent, Temporary, Unreachable
from tests.mail_servers import Post, free_port

NURSE = "infirmiere@example.org"
PORTER = "brancardier@example.org"


def send(*to: str, subject: str = "Essai", key: str = "essai:1") -> str:
    return email.send(to=to or [NURSE], subject=subject, text="Bonjour à tous.\n", key=key)


@contextmanager
def listening(greeting: bytes) -> Iterator[int]:
    """Answer one caller with ``greeting`` and nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        callers: list[socket.socket] = []

        def greet() -> None:
            callers.append(server.accept()[0])
            callers[0].sendall(greeting)

        thread = threading.Thread(target=greet)
        thread.start()
        yield server.getsockname()[1]
        thread.join()
        callers[0].close()


def test_a_message_is_plain_text_marked_as_written_by_a_program(post: Post) -> None:
    send(NURSE, PORTER)
    (message,) = post.transmissions
    assert message.get_content_type() == "text/plain"
    assert message.get_content().strip() == "Bonjour à tous."
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == f"{NURSE}, {PORTER}"


def test_the_same_key_has_the_same_message_id(post: Post, settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Plan des lits <lits@hopital.example>"
    first, again, other = send(key="a"), send(key="a"), send(key="b")
    assert first == again != other
    assert first.endswith("@hopital.example>")
    assert [message["Message-ID"] for message in post.transmissions] == [first, again, other]


def test_a_subject_is_one_line(post: Post) -> None:
    send(subject="Flux\r\nBcc: ailleurs@example.org\n")
    assert post.subjects == ["Flux Bcc: ailleurs@example.org"]


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ("451 4.7.1 come back later", Temporary, "4.7.1"),
        ("452 full", Temporary, "452"),
        ("550 5.7.1 not from you, nurse@example.org", Permanent, "5.7.1"),
        ("554 no", Permanent, "554"),
    ],
)
def test_the_answer_decides_whether_to_come_back(post: Post, answer: str, kind: type[Failure], code: str) -> None:
    post.answers = [answer]
    with pytest.raises(Failure) as caught:
        send()
    assert type(caught.value) is kind
    assert caught.value.reason == f"Refusé par le serveur de messagerie ({code})."


def test_an_unknown_address_is_refused_for_good_and_not_repeated(post: Post) -> None:
    post.refused = {NURSE: f"550 5.1.1 <{NURSE}> unknown"}
    with pytest.raises(Permanent) as caught:
        send()
    assert caught.value.reason == "Refusé par le serveur de messagerie (5.1.1)."


def test_one_address_that_may_work_later_is_worth_another_attempt(post: Post) -> None:
    post.refused = {NURSE: "550 5.1.1 unknown", PORTER: "450 4.2.1 busy"}
    with pytest.raises(Temporary):
        send(NURSE, PORTER)


def test_one_accepted_address_is_enough(post: Post) -> None:
    post.refused = {NURSE: "550 5.1.1 unknown"}
    send(NURSE, PORTER)
    assert len(post.transmissions) == 1


def test_a_server_that_is_away_is_unreachable(post: Post, settings) -> None:
    settings.EMAIL_PORT = free_port()
    with pytest.raises(Unreachable, match=r"injoignable \(ConnectionRefusedError\)"):
        send()


def test_a_server_that_lets_nobody_in_is_unreachable_and_the_message_not_refused(post: Post, settings) -> None:
    with listening(b"554 5.3.2 closed\r\n") as settings.EMAIL_PORT, pytest.raises(Unreachable, match=r"5\.3\.2"):
        send()


def test_a_server_that_does_not_know_our_account_is_unreachable(post: Post, settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "amh", "secret"
    with pytest.raises(Unreachable):
        send()


def test_a_silent_server_is_not_waited_for(post: Post, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "PATIENCE", 0.1)
    with listening(b"") as settings.EMAIL_PORT, pytest.raises(Unreachable, match="injoignable"):
        send()


def test_an_address_that_cannot_be_written_is_refused_for_good(post: Post) -> None:
    with pytest.raises(Permanent, match="Adresse"):
        send("infirmiere@example.org\nbrancardier@example.org")
