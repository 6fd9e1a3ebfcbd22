"""A client of another make, in another language: ``make test-node``, on a machine that has Node and the package."""

import json
import subprocess
from pathlib import Path

import pytest
import trustme

from amh.interop.models import InboundMessage
from patients.models import Patient
from tests.interop.conftest import decided

pytestmark = pytest.mark.django_db(transaction=True)
HERE = Path(__file__).parent


def sent(*arguments: object) -> list[dict[str, str]]:
    """What the client was answered to each of its messages."""
    command = ["node", HERE / "send.mjs", *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def check_accents() -> None:
    names = Patient.objects.order_by("pk").values_list("birth_name", "first_names")
    assert list(names) == [("LEFÈVRE-Ÿ", "Zoé"), ("LEFÈVRE", "Zoé")]
    charsets = InboundMessage.objects.order_by("pk").values_list("charset", "deviations")
    assert list(charsets) == [("utf-8", []), ("iso-8859-1", [])]


ACCEPTED = [{"code": "AA", "about": "U1"}, {"code": "AA", "about": "L1"}]


def test_it_is_understood_in_utf_8_and_in_latin_1(listener):
    assert sent(listener.port) == ACCEPTED
    decided(2)
    check_accents()


def test_it_is_understood_over_tls(started, tmp_path):
    authority = trustme.CA()
    server, client = authority.issue_cert("localhost"), authority.issue_cert("node")
    blobs = {"ca": authority.cert_pem, "cert": server.cert_chain_pems[0], "key": server.private_key_pem}
    blobs |= {"client-cert": client.cert_chain_pems[0], "client-key": client.private_key_pem}
    for name, blob in blobs.items():
        blob.write_to_path(tmp_path / name)
    own = started(*(part for name in ("ca", "cert", "key") for part in (f"--tls-{name}", str(tmp_path / name))))
    assert sent(own.port, *(tmp_path / name for name in ("ca", "client-cert", "client-key"))) == ACCEPTED
    decided(2)
    check_accents()
