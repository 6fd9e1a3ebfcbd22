"""What is stated and filed of one patient, and what follows from it, by two people at once."""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.races.stays import STAY
from amh.demo.soak.rounds import Round, ends, race, unless
from amh.demo.soak.wards import Ward
from patients.actions import documents, facts, stays
from patients.actions.documents import Filed, Labels
from patients.models import Document, DocumentKind, Fact, Patient, ScanOutcome, Source, Stay, Task
from patients.queries import facts as queries

RECORD = "the lock of the patient"
KIND = "belongings_returned"


@race(facts.state, facts.state, decided_by=STAY)
def one_fact_stated_twice(ward: Ward) -> Round:
    """A fact said twice in the same words is one."""
    stay = ward.present()
    known = Fact.objects.filter(stay=stay)
    return Round([_state(ward, stay)] * 2, ends(done=2, left=lambda: known.count() == 1))


@race(facts.withdraw, facts.withdraw, decided_by=STAY)
def one_fact_withdrawn_twice(ward: Ward) -> Round:
    """A fact is taken back once."""
    stay = ward.present()
    fact = _state(ward, stay)()
    taking = partial(facts.withdraw, fact=fact, reason="erreur", by=None, at=ward.now)
    known = Fact.objects.filter(stay=stay, withdrawn_at=None)
    return Round([taking] * 2, ends(codes=["fact_withdrawn", "already_withdrawn"], left=lambda: not known.exists()))


@race(facts.withdraw, facts.state, decided_by=STAY)
def withdrawn_against_stated(ward: Ward) -> Round:
    """A fact is taken back and stated: it stands once or not at all, and after the exit a task says so alone."""
    stay = ward.present()
    fact = _state(ward, stay)()
    stays.discharge(stay=stay, by=None, at=ward.at)
    taking = partial(facts.withdraw, fact=fact, reason="erreur", by=None, at=ward.now)
    standing, open_ = Fact.objects.filter(stay=stay, withdrawn_at=None), Task.objects.filter(stay=stay, closed_at=None)

    def left() -> bool:
        return (standing.count(), open_.count()) in ((1, 0), (0, 1))

    return Round([taking, _state(ward, stay)], ends(done=2, left=left))


@race(facts.withdraw, stays.discharge, decided_by=STAY)
def withdrawn_against_discharge(ward: Ward) -> Round:
    """A fact is taken back while the patient leaves: after the exit that is a task, before it none."""
    stay = ward.present()
    fact = _state(ward, stay)()
    taking = partial(facts.withdraw, fact=fact, reason="erreur", by=None, at=ward.now)
    leaving = partial(stays.discharge, stay=stay, by=None, at=ward.now)
    return Round([taking, leaving], ends(done=2, left=lambda: Task.objects.filter(stay=stay).count() < 2))


@race(documents.enter, documents.enter, decided_by=RECORD)
def one_file_twice(ward: Ward) -> Round:
    """A file is in a record once."""
    patient, known = _with_known(ward)
    acts: list[Act] = [_enter(ward, patient, "same"), _enter(ward, patient, "same")]
    return Round(acts, ends(codes=["already_there"], left=lambda: len(known()) == 1))


@race(documents.enter_version, documents.enter_version, decided_by=f"{RECORD}; `document_version_once`")
def one_document_replaced_twice(ward: Ward) -> Round:
    """Of two new versions one is the second, and the other is told who has replaced the document."""
    patient, known = _with_known(ward)
    first = _enter(ward, patient, "first")()
    acts: list[Act] = [_replace(ward, first, "one"), _replace(ward, first, "other")]
    return Round(acts, ends(codes=["not_latest"], left=lambda: [one.version for one in known()] == [1, 2]))


@race(documents.withdraw, documents.enter_version, decided_by=RECORD)
def withdrawn_against_replaced(ward: Ward) -> Round:
    """A document is withdrawn or replaced: one of the two."""
    patient, known = _with_known(ward)
    first = _enter(ward, patient, "first")()

    def left() -> bool:
        return (len(known()) == 1) == (known()[0].withdrawn_at is not None)

    codes = ["not_latest", "document_withdrawn"]
    return Round([_withdraw(ward, first), _replace(ward, first, "second")], ends(codes=codes, left=left))


@race(documents.restore, documents.enter, decided_by=RECORD)
def restored_against_entered(ward: Ward) -> Round:
    """A withdrawn document comes back, or its file is filed anew: the same file stands once."""
    patient, known = _with_known(ward)
    first = _enter(ward, patient, "same")()
    _withdraw(ward, first)()
    acts: list[Act] = [partial(documents.restore, document=first, by=None, at=ward.now), _enter(ward, patient, "same")]

    def left() -> bool:
        return sum(one.withdrawn_at is None for one in known()) == 1

    return Round(acts, ends(codes=["already_there"], left=left))


@race(documents.release, documents.withhold, decided_by=RECORD)
def released_against_withheld(ward: Ward) -> Round:
    """A document is handed over and kept back: it is what was said last."""
    patient, known = _with_known(ward)
    first = _enter(ward, patient, "first", withheld=True)()
    said: dict[str, Any] = {"document": first, "by": None, "at": ward.now}
    acts: list[Act] = [partial(documents.release, **said), partial(documents.withhold, **said)]
    return Round(acts, ends(done=2, left=lambda: len(known()) == 1))


@race(documents.withdraw, facts.state, decided_by=RECORD)
def withdrawn_against_rested_upon(ward: Ward) -> Round:
    """A document is withdrawn while a fact is stated on it: the fact is refused, or stands no more."""
    stay = ward.present()
    first = _enter(ward, stay.patient, "first")()
    stating = _state(ward, stay, document=first)
    codes = {None, "document_withdrawn"}

    def faults(refusals: Sequence[Refused]) -> list[str]:
        found = unless(refusals[0] is None, "the document was not withdrawn")
        found += unless(getattr(refusals[1], "code", None) in codes, f"refused by {refusals[1]}")
        return found + unless(not queries.standing([stay.pk]).exists(), "a fact stands on what was withdrawn")

    return Round([_withdraw(ward, first), stating], faults)


def _with_known(ward: Ward) -> tuple[Patient, Callable[[], list[Document]]]:
    """A patient, and what reads their documents, the first version first."""
    patient = ward.patient()
    return patient, lambda: list(Document.objects.filter(patient=patient).order_by("version", "pk"))


def _state(ward: Ward, stay: Stay, document: Document | None = None) -> partial[Fact]:
    return partial(facts.state, stay=stay, kind=KIND, source=Source.RECEIVED, document=document, by=None, at=ward.now)


def _enter(ward: Ward, patient: Patient, content: str, *, withheld: bool = False) -> partial[Document]:
    labels = Labels(DocumentKind.LETTER, withheld=withheld)
    return partial(documents.enter, patient=patient, filed=_filed(ward, content), labels=labels, by=None, at=ward.now)


def _replace(ward: Ward, document: Document, content: str) -> Act:
    return partial(documents.enter_version, document=document, filed=_filed(ward, content), by=None, at=ward.now)


def _withdraw(ward: Ward, document: Document) -> Act:
    return partial(documents.withdraw, document=document, reason="erreur", by=None, at=ward.now)


def _filed(ward: Ward, content: str) -> Filed:
    """A file that was checked and stored, as far as its row goes."""
    return Filed(ward.name(), hashlib.sha256(content.encode()).hexdigest(), len(content), 1, ScanOutcome.CLEAN)
