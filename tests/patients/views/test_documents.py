from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from amh.core import uploads
from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.actions import documents, facts
from patients.actions.documents import Labels
from patients.models import Document, DocumentKind, ExceptionalAccess, Source
from tests.expectations import counted
from tests.factories.clocks import LONG_AGO
from tests.factories.pdfs import pdf
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from tests.patients.views.browsing import Desk, panel, text, traced

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents_folder")]


@pytest.fixture
def stay():
    return present(a_bed(a_unit()), at=timezone.now())


@pytest.fixture
def amh(stay):
    return Desk(a_user(Role.AMH, stay.unit))


def sent(content=None, name="SECRET Anne.pdf"):
    return SimpleUploadedFile(name, pdf(2) if content is None else content, "application/pdf")


def add(stay, content=None, /, **labels):
    said = Labels(DocumentKind.LETTER, **labels)
    return documents.add(patient=stay.patient, content=content or pdf(2), labels=said, by=None, at=timezone.now())


def upload(desk, stay, file, /, **more):
    return desk.send("documents-add", stay.patient_id, file=file, **{"kind": "letter"} | more)


def shown(desk, stay):
    return panel(desk.record(stay.patient), "documents")


def test_a_file_is_added_and_listed(stay, amh):
    answer = upload(amh, stay, sent(), title="<script>", stay=stay.pk, withheld="on")
    assert answer.headers["HX-Redirect"] == f"/patients/{stay.patient_id}/"
    document = Document.objects.get()
    assert (document.kind, document.stay, document.withheld, document.entered_by) == ("letter", stay, True, amh.user)
    page = shown(amh, stay)
    for words in (
        "Lettre de liaison, &lt;script&gt;",
        "2 pages",
        "antivirus absent",
        "à ne pas remettre avant l’annonce",
    ):
        assert words in page


def test_the_name_of_the_file_is_kept_nowhere(stay, amh, documents_folder):
    upload(amh, stay, sent(name="SECRET Anne.pdf"))
    row = Document.objects.values().get()
    assert "SECRET" not in str(row)
    assert not [path for path in documents_folder.rglob("*") if "SECRET" in path.name]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Ce fichier est vide."),
        (b"<html></html>", "n’est pas un PDF lisible"),
        (pdf()[:400], "coupé"),
        (pdf(change=lambda writer: writer.encrypt("x")), "mot de passe"),
    ],
)
def test_what_is_wrong_is_said_beside_the_file(stay, amh, content, said):
    answer = upload(amh, stay, sent(content))
    assert answer.status_code == 422
    assert said in text(answer)
    assert not Document.objects.exists()


def test_a_file_is_taken_for_what_it_is_whatever_its_name(stay, amh):
    assert upload(amh, stay, sent(name="virus.exe")).status_code == 200


def test_a_heavy_file_is_refused(stay, amh):
    answer = upload(amh, stay, sent(pdf() + b" " * 25_000_000))
    assert answer.status_code == 422
    assert "20 Mo" in text(answer)


def test_a_file_without_end_is_dropped_before_it_fills_the_disk(stay, amh, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST", 100_000)
    answer = upload(amh, stay, sent(pdf() + b" " * 300_000))
    assert answer.status_code == 422
    assert "Choisir un fichier PDF" in text(answer)
    assert upload(amh, stay, sent()).status_code == 200


def test_a_form_without_a_file_says_so_and_keeps_what_was_typed(stay, amh):
    answer = amh.send("documents-add", stay.patient_id, kind="letter", title="Bilan de sortie")
    assert answer.status_code == 422
    assert "Choisir un fichier PDF" in text(answer)
    assert "Bilan de sortie" in text(answer)


def test_a_double_press_keeps_it_once(stay, amh):
    assert upload(amh, stay, sent()).status_code == 200
    assert upload(amh, stay, sent()).status_code == 409
    assert Document.objects.count() == 1


def test_it_opens_locked_down_under_a_name_that_says_nothing(stay, amh):
    document = add(stay)
    answer = amh.get("documents-show", document.pk)
    assert (answer.status_code, answer.content) == (200, pdf(2))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="document-{document.pk}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_its_opening_is_traced_as_one_of_the_record(stay, amh):
    document = add(stay, stay=stay)
    amh.get("documents-show", document.pk)
    trace = AccessTrace.objects.get()
    assert (trace.page, trace.patient_id, trace.stay_id) == ("document", stay.patient_id, stay.pk)
    assert trace.params["document"] == document.pk


def test_another_unit_opens_it_by_an_exceptional_access_alone(stay):
    document, nurse = add(stay), a_user(Role.NURSE, a_unit())
    assert Desk(nurse).get("documents-show", document.pk).status_code == 403
    later = timezone.now() + timedelta(hours=2)
    access = ExceptionalAccess.objects.create(
        user=nurse, patient=stay.patient, reason="continuity", explanation="relais", starts_at=LONG_AGO, ends_at=later
    )
    assert Desk(nurse).get("documents-show", document.pk).status_code == 200
    assert AccessTrace.objects.get(page="document").exceptional_access_id == access.pk


def test_a_protected_patients_document_opens_to_nobody_else():
    stay = present(a_bed(a_unit()), patient=a_patient(protected=True))
    document = add(stay)
    assert Desk(a_user(Role.NURSE, stay.unit)).get("documents-show", document.pk).status_code == 403


def test_nothing_opens_without_a_log_in(stay):
    assert "/connexion" in Client().get(reverse("patients:documents-show", args=[add(stay).pk])).url


def test_what_was_withdrawn_or_is_not_there_does_not_open(stay, amh):
    document = add(stay)
    documents.withdraw(document=document, reason="erreur", by=None, at=timezone.now())
    answer = amh.get("documents-show", document.pk)
    assert answer.status_code == 409
    assert "a été retiré" in text(answer)
    assert amh.get("documents-show", document.pk + 1).status_code == 404


def test_a_file_that_was_changed_is_said_not_shown(stay, amh, documents_folder):
    document = add(stay)
    (documents_folder / document.storage_key).write_bytes(pdf(9))
    answer = amh.get("documents-show", document.pk)
    assert answer.status_code == 409
    assert "a été altéré" in text(answer)


def test_replace_withdraw_and_give_back_on_the_record(stay, amh):
    document = add(stay)
    amh.send("documents-replace", stay.patient_id, document.pk, file=sent(pdf(5)))
    assert "version 2" in shown(amh, stay)
    second = Document.objects.latest("version")
    late = amh.send("documents-replace", stay.patient_id, document.pk, file=sent(pdf(6)))
    assert (late.status_code, "Recharger la page" in text(late)) == (409, True)
    assert amh.send("documents-withdraw", stay.patient_id, second.pk, reason="").status_code == 422
    amh.send("documents-withdraw", stay.patient_id, second.pk, reason="<i>mauvais patient</i>")
    page = shown(amh, stay)
    assert "Documents retirés · 1" in page
    assert "&lt;i&gt;mauvais patient" in page
    amh.post("documents-restore", stay.patient_id, second.pk)
    assert "Documents retirés" not in shown(amh, stay)


def test_what_is_withheld_is_released_after_the_announcement(stay, amh):
    document = add(stay, withheld=True)
    assert amh.post("documents-release", stay.patient_id, document.pk).status_code == 409
    act = {"happened_at": timezone.now(), "said_by": "Dr MARTIN"}
    facts.state(stay=stay, kind="announcement_made", source=Source.SEEN, by=amh.user, at=timezone.now(), **act)
    amh.post("documents-release", stay.patient_id, document.pk)
    assert "à ne pas remettre" not in shown(amh, stay)
    amh.post("documents-withhold", stay.patient_id, document.pk)
    assert "à ne pas remettre" in shown(amh, stay)


def test_a_document_of_another_record_is_not_found(stay, amh):
    document, other = add(stay), present(stay.unit)
    for name in ("release", "withhold", "restore"):
        assert amh.post(f"documents-{name}", other.patient_id, document.pk).status_code == 404
    assert amh.send("documents-withdraw", other.patient_id, document.pk, reason="x").status_code == 404


def test_those_who_add_nothing_have_no_buttons(stay):
    add(stay)
    page = shown(Desk(a_user(Role.BED_MANAGER)), stay)
    assert "Lettre de liaison" in page
    assert "<a " not in page
    assert "<form" not in page


def test_the_administrator_sees_what_no_scanner_has_read(stay, settings, scanner):
    admin = Desk(a_user(Role.ADMINISTRATOR))
    add(stay)
    assert "répond</dd>" in text(admin.get("documents-control"))
    settings.CLAMD_URL = ""
    add(stay, pdf(3))
    page = text(admin.get("documents-control"))
    assert "CLAMD_URL" in page
    assert "<dd>1</dd>" in page
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    assert "ne répond pas" in text(admin.get("documents-control"))
    assert Desk(a_user(Role.AMH, stay.unit)).get("documents-control").status_code == 403


def test_dialogs_are_traced(stay, amh):
    amh.get("documents-add", stay.patient_id)
    assert traced() == [("patient.document", "open", stay.patient_id)]


def test_as_many_queries_for_thirty_as_for_one(stay, amh):
    told = []
    for number in (1, 10):
        for pages in range(number):
            add(stay, pdf(10 * number + pages))
        amh.record(stay.patient)
        with counted(told):
            amh.record(stay.patient)
    assert told[0] == told[1]
