"""Another system that listens, on a real socket, and answers as it was told to."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

from amh.interop.hl7.acks import ack
from amh.interop.hl7.messages import Message, parse
from amh.interop.mllp.blocks import Blocks, framed
from tests.factories.clocks import NOW

Answer = Callable[[Message], bytes | None]


def says(code: str) -> Answer:
    """An acknowledgment with that code."""
    return lambda message: framed(ack(message, code, at=NOW))


def another(message: Message) -> bytes:
    """The acknowledgment of another message."""
    return says("AA")(message).replace(message.control_id.encode(), b"ANOTHER")


def garbage(message: Message) -> bytes:
    """No HL7 at all."""
    return framed(b"<html>502</html>")


def half(message: Message) -> bytes:
    """The beginning of an answer."""
    return framed(ack(message, "AA", at=NOW))[:20]


def nothing(message: Message) -> None:
    """It hangs up."""


class Peer:
    """What it received, in order; ``answers`` are used up one by one, then it says yes."""

    def __init__(self) -> None:
        self.received: list[Message] = []
        self.answers: list[Answer] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                link, _address = self._server.accept()
                with suppress(OSError), closing(link):
                    self._hear(link)

    def _hear(self, link: socket.socket) -> None:
        blocks = Blocks()
        while data := link.recv(65536):
            for block in blocks.feed(data):
                message = parse(block.content.lstrip(b"\x0b"), received_at=NOW)
                self.received.append(message)
                answer = (self.answers.pop(0) if self.answers else says("AA"))(message)
                if answer is None:
                    return
                link.sendall(answer)


@contextmanager
def listening() -> Iterator[Peer]:
    """One until the end of the block."""
    with closing(Peer()) as peer:
        yield peer
