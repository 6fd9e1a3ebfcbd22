"""Whatever is done to a message, it is applied, ignored or put in quarantine with a reason: nothing breaks."""

import re

import pytest

from amh.demo.soak.mutations import campaigns
from amh.demo.soak.mutations.kinds import DAMAGING, KEEPING
from amh.interop.actions import messages
from amh.interop.hl7.frames import split
from amh.interop.models import InboundMessage
from tests.factories.clocks import NOW
from tests.factories.messages import adt
from tests.interop.hl7 import samples
from tests.lengths import THOROUGH

pytestmark = pytest.mark.django_db


def named():
    names = "*.hl7" if THOROUGH else "admission_pam.hl7"
    files = sorted(samples.FIXTURES.rglob(names))
    return [(path.name, piece) for path in files for piece in split(path.read_bytes())]


def test_no_mutant_breaks_the_program_and_none_that_keeps_its_meaning_does_another_thing():
    said = []
    assert campaigns.soak(named(), seed=2, at=NOW, say=said.append) == []
    assert [line.split(":")[0] for line in said[:-1]] == ["as they are", *DAMAGING, *KEEPING]
    assert re.fullmatch(r"mutations seed=2 messages=\d+ accepted=\d+% ignored=\d+% quarantined=\d+% faults=0", said[-1])
    assert not InboundMessage.objects.exists()


def test_what_breaks_is_told_with_what_broke_it(monkeypatch):
    def breaks(row, *, at):
        raise LookupError("here")

    monkeypatch.setattr(messages, "apply_all", breaks)
    (fault,) = campaigns.soak([("one.hl7", adt("A28"))], seed=1, at=NOW, say=len)
    assert fault.startswith("as they are: one.hl7: LookupError('here') b'MSH|")
