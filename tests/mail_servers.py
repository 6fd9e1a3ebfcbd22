"""A real mail server on loopback, which answers as it is told and remembers what it accepted."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

ACCEPTED = "250 2.0.0 kept"


class Post:
    """The mail server: ``transmissions`` is what it accepted, in order; ``letters`` what is read, by Message-ID."""

    def __init__(self) -> None:
        self.transmissions: list[EmailMessage] = []
        self.answers: list[str] = []
        """What it says to the next messages; after that it accepts."""
        self.refused: dict[str, str] = {}
        """What it says to an address that it does not accept."""

    @property
    def letters(self) -> dict[str, EmailMessage]:
        return {message["Message-ID"]: message for message in self.transmissions}

    @property
    def subjects(self) -> list[str]:
        return [message["Subject"] for message in self.transmissions]

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list) -> str:  # noqa: N802
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 known"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else ACCEPTED
        if answer.startswith("250"):
            self.transmissions.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=default))
        return answer


@contextmanager
def opened(post: Post) -> Iterator[int]:
    """Let ``post`` answer at a port, which is given."""
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
