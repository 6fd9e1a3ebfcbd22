"""The same messages by every way in: over MLLP, over HTTP, from files; once, and once more."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from amh.core.models import ApiToken
from amh.core.models.tokens import digest
from amh.core.roles import Role
from amh.demo.soak import dumps
from amh.interop.hl7.frames import split
from amh.interop.models import InboundMessage
from tests.factories.people import a_user
from tests.interop.conftest import decided
from tests.interop.hl7 import samples

pytestmark = pytest.mark.django_db(transaction=True)

FILES = [path for path in samples.all_files() if path.read_bytes().strip()]
"""Nothing at all is a message in a file and in a request, and none between two marks of MLLP."""
PIECES = [piece for path in FILES for piece in split(path.read_bytes())]


@contextmanager
def forgotten() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def left_by(tell: Callable[[], object]) -> tuple[Counter[str], list[tuple[object, ...]]]:
    """What stands, and what became of each message, after it was told once; telling it again must change nothing."""
    tell()
    found = stands(), states()
    tell()
    assert (stands(), states()) == found
    return found


def stands() -> Counter[str]:
    """The rows in words; what a message gave no time for happened when it came, which is known to the microsecond."""
    return Counter(re.sub(r"[-0-9]{10} [:0-9]{8}\.\d{6}", "now", row) for row in dumps.dump().elements())


def states() -> list[tuple[object, ...]]:
    fields = ("sender__application", "control_id", "fingerprint", "state", "reason", "deviations")
    return sorted(InboundMessage.objects.values_list(*fields), key=str)


def post(client: Client) -> None:
    for piece in PIECES:
        bearer = {"Authorization": "Bearer secret"}
        assert client.post("/interop/hl7/", piece, content_type="application/hl7-v2", headers=bearer).status_code == 200


def test_the_way_in_makes_no_difference_and_the_second_time_none_either(listener, client):
    ApiToken.objects.create(user=a_user(Role.INTERFACE), label="GAM", digest=digest("secret"))
    with forgotten():
        imported = left_by(lambda: call_command("import_hl7", *map(str, FILES)))
    with forgotten():
        posted = left_by(lambda: post(client))

    def send() -> None:
        with listener.sender() as sender:
            for piece in PIECES:
                sender.say(piece)
                # Different patients are applied beside each other, and some of these share a bed.
                decided(InboundMessage.objects.count())

    sent = left_by(send)
    assert posted[1] == imported[1] == sent[1]
    assert posted[0] - imported[0] == imported[0] - posted[0] == Counter()
    assert sent[0] - imported[0] == imported[0] - sent[0] == Counter()
