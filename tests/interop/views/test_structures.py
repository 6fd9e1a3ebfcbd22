import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amh.core.roles import Role
from tests.board.browsing import browse, text
from tests.factories.people import a_user
from wards.models import Bed, Unit

pytestmark = pytest.mark.django_db

URL = "/interop/structure/"
HEAD = "unit_code;unit_name;unit_kind;room;bed;bed_kind\n"
GOOD = HEAD + "MED;Médecine;HC;201;F;lit\nMED;;;201;P;\n"


@pytest.fixture
def admin(db):
    return a_user(Role.ADMINISTRATOR)


def send(by, content, *, name="structure.csv"):
    raw = content if isinstance(content, bytes) else content.encode()
    return browse(by).post(URL, {"file": SimpleUploadedFile(name, raw)})


def test_a_file_is_brought_in_once(admin):
    page = text(send(admin, GOOD))
    assert "C’est importé" in page
    assert Unit.objects.get().name == "Médecine"
    assert {str(bed) for bed in Bed.objects.select_related("room")} == {"201 F", "201 P"}
    again = text(send(admin, GOOD.encode("cp1252")))
    assert '<th scope="row">Lits</th><td>0</td><td>0</td><td>2</td>' in again


def test_every_bad_line_is_said_and_nothing_is_brought_in(admin):
    answer = send(admin, GOOD + ";x;;1;1;\nHEM;<script>;hôtel;1;1;\n")
    page = text(answer)
    assert answer.status_code == 422
    assert "2 lignes sont fautives : rien n’a été importé." in page
    assert "Ligne 4 : code d’unité manquant" in page
    assert "Ligne 5 : type d’unité inconnu : « hôtel »" in page
    assert "<script>;" not in answer.content.decode()
    assert not Unit.objects.exists()


def test_a_long_list_of_faults_is_cut(admin):
    page = text(send(admin, HEAD + ";;;1;1;\n" * 230))
    assert page.count("code d’unité manquant") == 200
    assert "… et 30 autres" in page


@pytest.mark.parametrize(
    ("content", "saying"),
    [
        (b"", "Ligne 1 : le fichier est vide"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "en-tête : il manque unit_code"),
        (b"MSH|^~\\&|GAM|CLCC|AMH|CLCC|20261121||ADT^A01|1|P|2.5\r", "n’est pas un fichier de structure"),
        (b"x" * (5 * 1024 * 1024 + 1), "Ce fichier dépasse 5 Mo."),
    ],
)
def test_a_file_that_is_no_structure_is_refused(admin, content, saying):
    answer = send(admin, content)
    assert answer.status_code == 422
    assert saying in text(answer)


def test_a_file_is_asked_for(admin):
    assert "Colonnes :" in text(browse(admin).get(URL))
    answer = browse(admin).post(URL, {})
    assert (answer.status_code, "Ce champ est obligatoire." in text(answer)) == (422, True)
