"""A real virus scanner's port on loopback, which speaks ``INSTREAM`` as clamd does and finds the test virus."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner:
    """What the scanner has read, and what it says instead of the truth when it is told to."""

    def __init__(self) -> None:
        self.read: list[bytes] = []
        self.answers: list[bytes] = []
        self.largest = 25 * 1024 * 1024

    def verdict(self, content: bytes) -> bytes:
        self.read.append(content)
        if self.answers:
            return self.answers.pop(0)
        if len(content) > self.largest:
            return b"INSTREAM size limit exceeded. ERROR"
        return b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"


class _Peer(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = self._command()
        if command == b"zPING":
            self.wfile.write(b"PONG\0")
        elif command == b"zINSTREAM":
            self.wfile.write(self.server.scanner.verdict(b"".join(self._pieces())) + b"\0")

    def _command(self) -> bytes:
        heard = b""
        while (letter := self.rfile.read(1)) not in (b"\0", b""):
            heard += letter
        return heard

    def _pieces(self) -> Iterator[bytes]:
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            yield self.rfile.read(length)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, scanner: Scanner) -> None:
        super().__init__(("127.0.0.1", 0), _Peer)
        self.scanner = scanner


@contextmanager
def opened(scanner: Scanner) -> Iterator[str]:
    """Let ``scanner`` answer; its address."""
    with _Server(scanner) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"tcp://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
