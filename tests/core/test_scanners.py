import socket
import threading

import pytest

from amh.core import scanners
from amh.core.errors import Conflict, Invalid
from tests.clamd_servers import EICAR
from tests.expectations import refused
from tests.mail_servers import free_port


def test_a_site_without_a_scanner_has_nothing_read(settings):
    settings.CLAMD_URL = ""
    assert not scanners.is_configured()
    assert scanners.scan(b"anything") is False


@pytest.mark.parametrize("size", [0, 1, scanners.CHUNK, 3 * scanners.CHUNK + 5])
def test_the_scanner_reads_every_byte(scanner, size):
    content = bytes(range(256)) * (size // 256 + 1)
    assert scanners.scan(content[:size]) is True
    assert scanner.read == [content[:size]]


def test_a_virus_is_refused(scanner):
    with refused(Invalid, "infected", field="file", saying="n’est pas gardé"):
        scanners.scan(b"before" * 20_000 + EICAR)


def test_a_scanner_that_is_away_lets_nothing_pass(settings):
    settings.CLAMD_URL = f"tcp://127.0.0.1:{free_port()}"
    with refused(Conflict, "scanner_away", saying="Réessayer"):
        scanners.scan(b"x")
    assert not scanners.is_alive()


@pytest.mark.parametrize(
    "answer",
    [b"INSTREAM size limit exceeded. ERROR", b"stream: Can't allocate memory ERROR", b"", b"stream: OK?", b"\xff"],
)
def test_any_other_answer_is_not_a_clean_file(scanner, answer):
    scanner.answers = [answer]
    with refused(Conflict, "scanner_away"):
        scanners.scan(b"x")


def test_a_scanner_that_hangs_up_in_the_middle_lets_nothing_pass(settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CLAMD_URL = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        peer = threading.Thread(target=_hang_up, args=(server,))
        peer.start()
        with refused(Conflict, "scanner_away"):
            scanners.scan(b"x" * 5_000_000)
        peer.join()


def _hang_up(server):
    server.accept()[0].close()


def test_a_scanner_that_says_nothing_is_not_waited_for_long(settings, monkeypatch):
    monkeypatch.setattr(scanners, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CLAMD_URL = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with refused(Conflict, "scanner_away"):
            scanners.scan(b"x")


def test_a_living_scanner_says_so(scanner):
    assert scanners.is_configured()
    assert scanners.is_alive()
