import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.models import Document
from tests.clamd_servers import EICAR
from tests.core.api import world
from tests.expectations import counted
from tests.factories.pdfs import holding, pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents_folder")]


@pytest.fixture
def stay():
    return world.lying(world.bed(world.unit()))


@pytest.fixture
def program(stay):
    return world.program(Role.AMH, stay.unit)


def send(program, path, content=None, *, key=None, **said):
    file = SimpleUploadedFile("SECRET.pdf", pdf(2) if content is None else content)
    headers = program.headers() | ({"Idempotency-Key": key} if key else {})
    return Client().post(f"/api/v1/{path}", {"file": file} | said, headers=headers)


def add(program, stay, content=None, /, **said):
    return send(program, "documents/", content, **{"patient": stay.patient_id, "kind": "letter"} | said)


def test_a_document_is_added_read_downloaded_replaced_withdrawn_and_restored(stay, program):
    made = add(program, stay, stay=stay.pk, title="Sortie")
    assert made.status_code == 201
    row = made.json()
    assert (row["version"], row["pages"], row["scan"], row["source"]) == (1, 2, "not_scanned", "received")
    assert "storage_key" not in row
    path = f"documents/{row['id']}"
    assert program.get(f"{path}/download/").content == pdf(2)
    second = send(program, f"{path}/replace/", pdf(3)).json()
    assert (second["series"], second["version"]) == (row["series"], 2)
    assert [each["id"] for each in program.get("documents/").json()["results"]] == [second["id"]]
    assert program.get("documents/", series=row["series"]).json()["count"] == 2
    assert program.post(f"documents/{second['id']}/withdraw/", {"reason": "erreur"}).json()["withdrawn_at"]
    assert program.get(f"documents/{second['id']}/download/").json()["code"] == "document_withdrawn"
    assert program.post(f"documents/{second['id']}/restore/").json()["withdrawn_at"] is None


def test_the_file_comes_to_those_who_ask_for_a_pdf_alone(stay, program):
    path = f"/api/v1/documents/{add(program, stay).json()['id']}/download/"
    answer = Client().get(path, headers=program.headers() | {"Accept": "application/pdf"})
    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "application/pdf", pdf(2))
    assert "no-store" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_download_is_traced(stay, program):
    pk = add(program, stay, stay=stay.pk).json()["id"]
    program.get(f"documents/{pk}/download/")
    trace = AccessTrace.objects.latest("pk")
    assert (trace.page, trace.patient_id, trace.stay_id) == ("api.documents.download", stay.patient_id, stay.pk)
    assert trace.params["document"] == pk


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty_file"), (b"MZ", "not_a_pdf"), (pdf()[:300], "truncated"), (pdf() + b" " * 25_000_000, "too_big")],
    ids=["empty", "executable", "cut", "heavy"],
)
def test_what_is_no_document_is_refused(stay, program, content, code):
    answer = add(program, stay, content)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (422, code, ["file"])
    assert not Document.objects.exists()


def test_an_infected_file_is_refused(stay, program, scanner):
    answer = add(program, stay, holding(EICAR))
    assert (answer.status_code, answer.json()["code"]) == (422, "infected")
    assert EICAR in scanner.read[0]


def test_a_body_without_its_file_or_with_words_for_it_is_malformed(stay, program):
    without = program.post("documents/", {"patient": stay.patient_id, "kind": "letter"})
    assert (without.status_code, list(without.json()["errors"])) == (400, ["file"])
    words = program.post("documents/", {"patient": stay.patient_id, "kind": "letter", "file": "JVBERi0="})
    assert (words.status_code, list(words.json()["errors"])) == (400, ["file"])


def test_the_same_demand_twice_is_done_once(stay, program):
    first = add(program, stay, key="k1")
    again = add(program, stay, key="k1")
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (201, first.json(), "true")
    other = add(program, stay, pdf(9), key="k1")
    assert other.json()["code"] == "idempotency_key_reused"
    assert Document.objects.count() == 1


def test_others_see_and_add_nothing(stay, program):
    pk = add(program, stay).json()["id"]
    stranger = world.program(Role.NURSE, world.unit())
    assert stranger.get("documents/").json()["count"] == 0
    assert stranger.get(f"documents/{pk}/").status_code == 404
    assert stranger.get(f"documents/{pk}/download/").status_code == 404
    assert add(stranger, stay, pdf(7)).status_code == 403
    assert world.program(Role.BED_MANAGER).get("documents/").status_code == 403
    assert Client().get(f"/api/v1/documents/{pk}/download/").status_code == 401


def test_withheld_until_announced(stay, program):
    pk = add(program, stay, withheld="true").json()["id"]
    assert program.post(f"documents/{pk}/release/").json()["code"] == "not_announced"
    physician = world.program(Role.PHYSICIAN, stay.unit)
    assert physician.post(f"documents/{pk}/release/").json()["withheld"] is False
    assert program.post(f"documents/{pk}/withhold/").json()["withheld"] is True


def test_as_many_queries_for_thirty_as_for_one(stay, program):
    told = []
    for number in (1, 10):
        for index in range(number):
            add(program, stay, pdf(10 * number + index))
        with counted(told):
            program.get("documents/")
    assert told[0] == told[1]
