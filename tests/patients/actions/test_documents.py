import hashlib
import os
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from amh.core import storages
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry, Change
from amh.core.roles import Role
from amh.demo.soak.duels import duel
from patients import events, evidence
from patients.actions import documents, facts, stays
from patients.actions.documents import Labels
from patients.models import Document, DocumentKind, ScanOutcome, Source, Task, TaskState
from patients.queries import documents as queries
from patients.rules.documents import check_view
from tests.clamd_servers import EICAR
from tests.expectations import counted, refused
from tests.factories.clocks import NOW
from tests.factories.pdfs import holding, pdf
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from tests.mail_servers import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents_folder")]
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
LETTER = Labels(DocumentKind.LETTER)


@pytest.fixture
def stay():
    return present(a_bed(a_unit()))


@pytest.fixture
def by(stay):
    return a_user(Role.AMH, stay.unit)


def add(stay, by, content=None, labels=LETTER, **more):
    return documents.add(patient=stay.patient, content=content or pdf(2), labels=labels, by=by, at=NOW, **more)


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_pdf_is_kept_with_what_is_said_of_it(stay, by, documents_folder):
    content = pdf(3)
    labels = Labels(DocumentKind.REPORT, " Bilan ", Source.SEEN, withheld=True, stay=stay)
    document = add(stay, by, content, labels)
    assert (document.patient, document.stay, document.kind, document.title) == (stay.patient, stay, "report", "Bilan")
    assert (document.version, document.pages, document.size) == (1, 3, len(content))
    assert (document.sha256, document.scan) == (hashlib.sha256(content).hexdigest(), ScanOutcome.NOT_SCANNED)
    assert (document.withheld, document.source, document.entered_by, document.entered_at) == (
        True,
        Source.SEEN,
        by,
        NOW,
    )
    assert [path.read_bytes() for path in files(documents_folder)] == [content]
    assert documents.read(document=document, at=NOW) == content


def test_it_is_audited_without_its_title(stay, by):
    document = add(stay, by, labels=Labels(DocumentKind.LETTER, "SECRET"))
    line = AuditEntry.objects.latest("pk")
    assert (line.action, line.subject_id, line.patient_id) == ("document.add", document.pk, stay.patient_id)
    assert "SECRET" not in str(line.params)


def test_a_scanner_reads_it_first(stay, by, scanner):
    content = pdf()
    assert add(stay, by, content).scan == ScanOutcome.CLEAN
    assert scanner.read == [content]


def test_an_infected_file_is_not_kept(stay, by, scanner, documents_folder):
    with refused(Invalid, "infected", field="file"):
        add(stay, by, holding(EICAR))
    assert EICAR in scanner.read[0]
    assert (files(documents_folder), Document.objects.count()) == ([], 0)


def test_a_scanner_that_is_away_keeps_everything_out(stay, by, settings, documents_folder):
    settings.CLAMD_URL = f"tcp://127.0.0.1:{free_port()}"
    with refused(Conflict, "scanner_away", saying="Réessayer"):
        add(stay, by)
    assert (files(documents_folder), Document.objects.count()) == ([], 0)


def test_a_place_that_is_closed_is_said(stay, by, documents_folder):
    documents_folder.write_text("a file lies where the folder should be")
    with refused(Conflict, "storage_unavailable"):
        add(stay, by)
    assert not Document.objects.exists()


def test_what_is_no_pdf_is_not_kept(stay, by, documents_folder):
    with refused(Invalid, "not_a_pdf", field="file"):
        add(stay, by, b"<html>")
    assert files(documents_folder) == []


def test_the_same_file_is_kept_once(stay, by, documents_folder):
    add(stay, by, pdf())
    with refused(Conflict, "already_there", field="file", saying="lettre de liaison, déposé sam. 21 nov."):
        add(stay, by, pdf())
    assert len(files(documents_folder)) == 1
    assert add(present(a_unit()), None, pdf())


@pytest.mark.parametrize(
    ("role", "code"),
    [(Role.BED_MANAGER, "denied"), (Role.DIETICIAN, "denied"), (Role.DPO, "exceptional_access_needed")],
)
def test_other_trades_add_nothing(stay, role, code, documents_folder):
    with refused(Denied, code):
        add(stay, a_user(role, stay.unit))
    assert files(documents_folder) == []


def test_a_stay_of_somebody_else_is_refused(stay, by):
    with refused(Invalid, "stay_of_another", field="stay"):
        add(stay, by, labels=Labels(DocumentKind.LETTER, stay=present(a_unit())))


def test_a_new_version_holds_and_the_old_one_stays(stay, by, documents_folder):
    first = add(stay, by, labels=Labels(DocumentKind.LETTER, "Sortie", withheld=True, stay=stay))
    second = documents.replace(document=first, content=pdf(3), by=by, at=NOW + A_MINUTE)
    assert (second.series, second.version, second.pages) == (first.series, 2, 3)
    assert (second.kind, second.title, second.withheld, second.stay) == ("letter", "Sortie", True, stay)
    assert list(queries.of_patient(stay.patient)) == [second]
    assert len(files(documents_folder)) == 2
    assert documents.read(document=first, at=NOW) == pdf(2)


def test_an_older_version_is_not_replaced_and_the_loser_is_told(stay, by):
    first = add(stay, by)
    documents.replace(document=first, content=pdf(3), by=by, at=NOW)
    with refused(Conflict, "not_latest", saying=f"version 2, par {by} (14:32)"):
        documents.replace(document=first, content=pdf(4), by=by, at=NOW)
    with refused(Conflict, "not_latest"):
        documents.withdraw(document=first, reason="erreur", by=by, at=NOW)


def test_a_refused_row_leaves_no_file(stay, by, documents_folder):
    first = add(stay, by)
    documents.replace(document=first, content=pdf(3), by=by, at=NOW)
    with refused(Conflict, "not_latest"):
        documents.replace(document=first, content=pdf(4), by=by, at=NOW)
    assert len(files(documents_folder)) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_replace_at_once_one_wins(documents_folder):
    stay = present(a_bed(a_unit()))
    first = documents.add(patient=stay.patient, content=pdf(), labels=LETTER, by=None, at=NOW)

    def replacing(pages):
        return lambda: documents.replace(document=first, content=pdf(pages), by=None, at=NOW)

    for round_ in range(3):
        told = duel([replacing(10 + 2 * round_), replacing(11 + 2 * round_)], chance=Random(round_))
        lost = [refusal for refusal in told if refusal is not None]
        assert [refusal.code for refusal in lost] == ["not_latest"]
        first = Document.objects.get(series=first.series, version=2 + round_)
    assert len(files(documents_folder)) == Document.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_the_same_file_at_once_one_wins(documents_folder):
    stay = present(a_bed(a_unit()))

    def adding():
        documents.add(patient=stay.patient, content=pdf(), labels=LETTER, by=None, at=NOW)

    told = duel([adding, adding], chance=Random(1))
    assert [refusal.code for refusal in told if refusal is not None] == ["already_there"]
    assert len(files(documents_folder)) == Document.objects.count() == 1


def test_withdrawn_with_a_reason_and_given_back_within_the_day(stay, by):
    document = add(stay, by)
    with refused(Invalid, "required", field="reason"):
        documents.withdraw(document=document, reason=" ", by=by, at=NOW)
    documents.withdraw(document=document, reason=" mauvais patient ", by=by, at=NOW)
    document.refresh_from_db()
    assert (document.withdrawn_at, document.withdrawn_by, document.withdrawn_reason) == (NOW, by, "mauvais patient")
    with refused(Conflict, "document_withdrawn", saying=f"retiré par {by} (14:32)"):
        documents.withdraw(document=document, reason="encore", by=by, at=NOW)
    with refused(Denied, "denied"):
        documents.restore(document=document, by=a_user(Role.NURSE, stay.unit), at=NOW)
    with refused(Conflict, "too_old"):
        documents.restore(document=document, by=by, at=NOW + A_DAY + A_MINUTE)
    documents.restore(document=document, by=by, at=NOW + A_MINUTE)
    document.refresh_from_db()
    assert (document.withdrawn_at, document.withdrawn_by, document.withdrawn_reason) == (None, None, "")
    with refused(Conflict, "not_withdrawn"):
        documents.restore(document=document, by=by, at=NOW)


def test_a_fact_that_rests_on_it_falls_and_rises_with_it(stay, by):
    document = add(stay, by)
    act = {"happened_at": NOW, "said_by": "Dr MARTIN", "document": document}
    facts.state(stay=stay, kind="letter_signed", source=Source.SEEN, by=by, at=NOW, **act)
    documents.withdraw(document=document, reason="illisible", by=by, at=NOW)
    assert evidence.batch([stay.pk], now=NOW)[stay.pk] == {}
    documents.restore(document=document, by=by, at=NOW)
    assert "letter_signed" in evidence.batch([stay.pk], now=NOW)[stay.pk]


def test_every_version_is_withdrawn_and_given_back_with_what_rests_on_it(stay, by):
    first = add(stay, by)
    act = {"happened_at": NOW, "said_by": "Dr MARTIN", "document": first}
    facts.state(stay=stay, kind="letter_signed", source=Source.SEEN, by=by, at=NOW, **act)
    second = documents.replace(document=first, content=pdf(3), by=by, at=NOW)
    documents.withdraw(document=second, reason="autre patient", by=by, at=NOW)
    assert not Document.objects.filter(withdrawn_at=None).exists()
    with refused(Conflict, "document_withdrawn"):
        check_view(Document.objects.get(pk=first.pk), by=by, at=NOW)
    assert evidence.batch([stay.pk], now=NOW)[stay.pk] == {}
    changes = Change.objects.filter(topic=events.FACTS, ref=stay.pk)
    told = changes.count()
    documents.restore(document=second, by=by, at=NOW)
    assert not Document.objects.exclude(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="").exists()
    assert "letter_signed" in evidence.batch([stay.pk], now=NOW)[stay.pk]
    assert changes.count() == told + 1


def test_after_the_exit_what_falls_with_it_is_work_for_somebody(stay, by):
    document = add(stay, by)
    act = {"happened_at": NOW, "said_by": "Dr MARTIN", "document": document}
    facts.state(stay=stay, kind="letter_signed", source=Source.SEEN, by=by, at=NOW, **act)
    stays.discharge(stay=stay, by=by, at=NOW)
    documents.withdraw(document=document, reason="autre patient", by=by, at=NOW)
    task = Task.objects.get()
    assert (task.kind, task.stay, task.params) == ("fact_withdrawn", stay, {"fact": "letter_signed"})
    documents.restore(document=document, by=by, at=NOW)
    task.refresh_from_db()
    assert task.state == TaskState.CANCELLED


def test_what_is_withheld_waits_for_the_announcement(stay, by):
    document = add(stay, by, labels=Labels(DocumentKind.REPORT, withheld=True))
    with refused(Conflict, "not_announced", saying="annonce"):
        documents.release(document=document, by=by, at=NOW)
    act = {"happened_at": NOW, "said_by": "Dr MARTIN"}
    facts.state(stay=stay, kind="announcement_made", source=Source.SEEN, by=by, at=NOW, **act)
    documents.release(document=document, by=by, at=NOW)
    document.refresh_from_db()
    assert not document.withheld
    with refused(Conflict, "not_withheld"):
        documents.release(document=document, by=by, at=NOW)
    documents.withhold(document=document, by=by, at=NOW)
    documents.withhold(document=document, by=by, at=NOW)
    document.refresh_from_db()
    assert document.withheld


@pytest.mark.parametrize("of_stay", [True, False], ids=["of a stay", "of the record"])
def test_what_was_announced_in_another_stay_says_nothing_of_today_s_report(by, of_stay):
    before = present(by.memberships.get().unit, at=NOW - 100 * A_DAY)
    act = {"source": Source.SEEN, "said_by": "Dr MARTIN", "by": by}
    facts.state(stay=before, kind="announcement_made", happened_at=NOW - 99 * A_DAY, at=NOW - 99 * A_DAY, **act)
    stays.discharge(stay=before, by=by, at=NOW - 98 * A_DAY)
    stay = present(before.unit, patient=before.patient)
    labels = Labels(DocumentKind.REPORT, withheld=True, stay=stay if of_stay else None)
    document = add(stay, by, labels=labels)
    with refused(Conflict, "not_announced"):
        documents.release(document=document, by=by, at=NOW)
    facts.state(stay=stay, kind="announcement_made", happened_at=NOW + A_MINUTE, at=NOW + A_MINUTE, **act)
    documents.release(document=document, by=by, at=NOW + A_MINUTE)


def test_one_announced_earlier_in_the_same_stay_is_released(stay, by):
    document = add(stay, by, labels=Labels(DocumentKind.REPORT, withheld=True, stay=stay))
    act = {"happened_at": NOW - A_MINUTE, "said_by": "Dr MARTIN"}
    facts.state(stay=stay, kind="announcement_made", source=Source.SEEN, by=by, at=NOW, **act)
    documents.release(document=document, by=by, at=NOW)


def test_a_physician_releases_it(stay, by):
    document = add(stay, by, labels=Labels(DocumentKind.REPORT, withheld=True))
    documents.release(document=document, by=a_user(Role.PHYSICIAN, stay.unit), at=NOW)


@pytest.mark.parametrize("damage", ["changed", "gone", "cut"])
def test_a_file_that_was_changed_on_the_disk_is_not_opened(stay, by, documents_folder, damage):
    document = add(stay, by)
    (path,) = files(documents_folder)
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:100] if damage == "cut" else pdf(7))
    for _ in range(2):
        with refused(Conflict, "document_altered", saying="L’administrateur est prévenu"):
            documents.read(document=document, at=NOW)
    task = Task.objects.get()
    assert (task.kind, task.role, task.params) == ("document_altered", Role.ADMINISTRATOR, {"document": document.pk})


def test_files_that_never_became_documents_are_swept(stay, by, documents_folder):
    document, orphan, young = add(stay, by), storages.keep(b"orphan"), storages.keep(b"young")
    now = datetime.now(UTC)
    for key in (document.storage_key, orphan):
        os.utime(documents_folder / key, (now.timestamp() - 7200,) * 2)
    assert documents.sweep(at=now) == 1
    assert {storages.content(key) for key in (orphan, young)} == {None, b"young"}
    assert documents.read(document=document, at=NOW)
    assert documents.sweep(at=now) == 0


def test_lists_take_as_many_queries_for_one_as_for_many(stay, by):
    told = []
    for pages in range(1, 4):
        add(stay, by, pdf(pages))
    with counted(told):
        list(queries.of_patient(stay.patient))
    for pages in range(4, 12):
        add(stay, by, pdf(pages))
    with counted(told):
        list(queries.of_patient(stay.patient))
    assert told == [1, 1]
    assert queries.unscanned() == 11


def test_whose_documents_are_seen(stay, by):
    document = add(stay, by)
    other = add(present(a_unit()), None)
    hidden = documents.add(
        patient=present(stay.unit, patient=a_patient(protected=True)).patient,
        content=pdf(),
        labels=LETTER,
        by=None,
        at=NOW,
    )
    assert set(queries.visible(to=by, at=NOW)) == {document}
    assert set(queries.visible(to=a_user(Role.TEAM_LEAD), at=NOW)) == {document, other}
    assert hidden not in queries.visible(to=a_user(Role.ON_CALL), at=NOW)
    assert not queries.visible(to=a_user(Role.BED_MANAGER), at=NOW).exists()
