"""The papers of the board, read back: who is named, what stands on every page, what people typed."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from amh.board import boards
from amh.board.audiences import Audience
from amh.board.documents import papers
from amh.board.documents.papers import Format
from patients.actions import beds as bed_actions
from patients.actions import expected_discharges, flags, leaves, reservations, stays
from patients.models import Certainty, FlagKind
from tests.board.documents.conftest import BY, EVERYBODY, WRITERS, pages, printed
from tests.expectations import counted
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, present
from wards.models import ClosureKind, ClosureReason

pytestmark = pytest.mark.django_db

PAPERS = list(WRITERS)
HOSTILE = [
    "<script>alert(1)</script>",
    "#set text(red) #panic()",
    '*gras* _it_ $x$ #read("/etc/passwd")',
    "O'Brien",
    "L’Haÿ-Œuf",
    "A" * 80,
    "Ben Abdallah " * 6 + "El",
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_names_those_whom_its_reader_may_know_in_the_reader_s_language(ward, name, language):
    board = boards.read(NOW)
    for units, knows in ((None, True), ({ward.pk}, True), ({-1}, False), (set(), False)):
        audience = Audience(language, None if units is None else frozenset(units))
        made = WRITERS[name](board, ward, audience, printed_by=BY, at=NOW)
        text = " ".join(pages(made))
        assert [who in text for who in ("PETIT Anne", "MARTIN Anne", "ROBERT Anne")] == [knows] * 3
        assert ("SECRET" in text, "68" in text) == (False, knows)
        assert text.count("Patient") >= (1 if knows else 4)
        assert PdfReader(BytesIO(made)).trailer["/Root"]["/Lang"] == language


def test_an_exceptional_access_names_one_patient(ward):
    stay = present(a_bed(ward, "203", "1"), patient=a_patient("Ouvert"))
    text = printed("hospital", ward, Audience("fr", frozenset(), frozenset({stay.patient_id})))
    assert ("OUVERT Anne" in text, "PETIT" in text) == (True, False)


@pytest.mark.parametrize("name", PAPERS)
def test_every_page_says_its_moment_who_printed_it_and_its_number(name):
    unit = a_unit("MED", name="Médecine")
    board = boards.read(NOW)
    present(bed := a_bed(unit, "200", "1"), patient=a_patient("Durand"))
    (row,) = boards.read(NOW).rows
    rows = [row._replace(bed_id=bed.pk + number, room_label=f"{200 + number}") for number in range(200)]
    board = boards.Board(NOW, [unit], rows)
    found = pages(WRITERS[name](board, unit, EVERYBODY, printed_by=BY, at=NOW))
    assert len(found) > 1
    for number, page in enumerate(found, 1):
        assert "au sam. 21 nov. 14:32" in page
        assert f"Imprimé par {BY} le 21/11/2026 14:32" in page
        assert f"page {number}/{len(found)}" in page
        assert "Document confidentiel" in page
    assert sum(page.count("DURAND Anne") for page in found) == 200


def test_the_hospital_says_each_bed_with_its_state_and_each_unit_with_its_load(ward):
    other = a_unit("ONC", name="Oncologie")
    present(a_bed(other, "301", "1"), patient=a_patient("Moreau", sex="M"))
    text = printed("hospital", ward)
    assert "Plan des lits au sam. 21 nov. 14:32 occupés 3/4 · libres 1" in text
    assert "Médecine occupés 2/3 · libres 1" in text
    assert "201 F Occupé PETIT Anne F · 68 ans · née DURAND · J0 · sortie à fixer" in text
    assert "201 P Occupé Patient J0 · sortie à fixer" in text
    assert "202 1 Libre propre" in text
    assert "Sans lit MARTIN Anne" in text
    assert "Attendus ce jour ROBERT Anne" in text
    assert "Oncologie occupés 1/1 · libres 0" in text
    assert "301 1 Occupé MOREAU Anne M · 68 ans · J0 · sortie à fixer" in text
    assert "12/03/1958" not in text, "a whole hospital needs no birth dates"


def test_a_ward_says_whole_identities_and_who_comes_and_leaves(ward):
    leaver = present(a_bed(ward, "203", "1"), patient=a_patient("Sortant"))
    expected_discharges.expect(stay=leaver, expected_at=paris("17:00"), certainty=Certainty.CERTAIN, by=None, at=NOW)
    present(a_bed(a_unit("ONC"), "301", "1"), patient=a_patient("Ailleurs"))
    text = printed("ward", ward)
    assert "Médecine Plan des lits au sam. 21 nov. 14:32 · occupés 3/4 · libres 1 · Tél. 03 53 01 01 00" in text
    assert "201 F Occupé PETIT Anne née DURAND · 12/03/1958 · F · 68 ans J0 à fixer" in text
    assert "203 1 Sortant SORTANT Anne" in text
    assert "Notes" in text
    without, rest = text.split("Sans lit dans l’unité (1)")[1].split("Entrées du jour (1)")
    awaited, leaving = rest.split("Sorties du jour (1)")
    assert ("MARTIN Anne" in without, "ROBERT Anne" in awaited) == (True, True)
    assert "203 1 SORTANT Anne" in leaving
    assert "17:00 certaine" in leaving
    assert "AILLEURS" not in text


def test_a_pocket_sheet_has_one_line_for_each_patient_in_the_order_of_the_beds(ward):
    kept = a_bed(ward, "200", "1")
    reservations.reserve(
        stay=expected(ward, patient=a_patient("Attendue")), bed=kept, expected_at=paris("16:00"), by=None, at=NOW
    )
    text = printed("pocket", ward)
    order = ["200 1 ATTENDUE Anne 68 ans attendu 16:00", "201 F PETIT Anne 68 ans à fixer", "201 P Patient à fixer"]
    order += ["Sans lit MARTIN Anne 68 ans présent depuis 13:32", "ROBERT Anne 68 ans"]
    assert [text.find(line) for line in order] == sorted(text.find(line) for line in order)
    assert -1 not in [text.find(line) for line in order]
    assert "Lits libres : 202 1" in text
    assert "Tél. 03 53 01 01 00" in text
    assert "Document confidentiel — à détruire après usage" in text
    assert "1958" not in text


def test_homonyms_are_told_apart_in_the_pocket_by_their_birth_dates_and_nobody_else(ward):
    for label, birth_date in (("203", "1947-05-02"), ("204", "1961-11-30")):
        present(a_bed(ward, label), patient=a_patient("Leblanc", birth_date=birth_date))
    text = printed("pocket", ward)
    assert [f"{date} · " in text for date in ("02/05/1947", "30/11/1961", "12/03/1958")] == [True, True, False]
    assert text.count("homonyme") == 2


def test_each_state_has_its_word_and_what_explains_it():
    unit = a_unit()
    states = dict(zip(("leaving", "cleaning", "closed", "blocked"), beds(unit, 4), strict=True))
    leaving = present(states["leaving"])
    expected_discharges.expect(stay=leaving, expected_at=paris("12:00"), certainty=Certainty.PROBABLE, by=None, at=NOW)
    stays.discharge(stay=present(states["cleaning"]), by=None, at=NOW)
    for state, kind in (("closed", ClosureKind.CLOSED), ("blocked", ClosureKind.BLOCKED)):
        bed_actions.close(bed=states[state], kind=kind, reason=ClosureReason.WORKS, by=None, at=NOW)
    for name in ("hospital", "ward"):
        text = printed(name, unit)
        said = ["Sortant", "12:00 probable, dépassée", "À nettoyer depuis 14:32", "Fermé travaux", "Neutralisé travaux"]
        assert [words for words in said if words not in text] == []


def test_what_there_is_to_know_is_said_in_words_and_nothing_medical(ward):
    home = a_unit("HEM", name="Hématologie")
    stay = expected(home, patient=a_patient("Leroy"))
    stays.place(stay=stay, bed=a_bed(ward, "204", "1"), by=None, at=NOW)
    leaves.leave(stay=stay, until=paris("18:00"), by=None, at=NOW)
    flags.raise_(patient=stay.patient, kind=FlagKind.CONTACT_PRECAUTIONS, by=None, at=NOW)
    flags.raise_(patient=stay.patient, kind=FlagKind.INTERPRETER, detail="ourdou", by=None, at=NOW)
    for name in PAPERS:
        text = printed(name, ward)
        said = ["en permission, retour 18:00", "hébergé · Hématologie", "précautions contact"]
        assert [words for words in said if words not in text] == []
        assert text.count("LEROY Anne") == 1, "who is on leave from a bed stands there alone"
        assert "ourdou" not in text


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_says_whether_it_shows_what_is_what_was_or_what_is_planned(ward, name):
    for hours, says in (
        (-24, "Plan des lits tel qu’il était ven. 20 nov. 14:32"),
        (24, "Plan des lits tel qu’il est prévu dim. 22 nov. 14:32"),
        (24 * 60, "Plan des lits tel qu’il est prévu mer. 20 jan. 2027 14:32"),
    ):
        board = boards.read(NOW + timedelta(hours=hours), planned=hours > 0)
        text = printed(name, ward, board=board)
        assert says in text
        assert "le 21/11/2026 14:32" in text, "when it was printed is another matter"


def test_the_title_of_a_sheet_says_the_code_of_its_unit_which_tells_no_illness(ward):
    ward.name = "Soins palliatifs"
    ward.save()
    board = boards.read(NOW)
    for name, said in (("hospital", "au"), ("ward", "MED au"), ("pocket", "MED au")):
        made = WRITERS[name](board, board.units[0], EVERYBODY, printed_by=BY, at=NOW)
        assert PdfReader(BytesIO(made)).metadata.title == f"Plan des lits {said} sam. 21 nov. 14:32"


@pytest.mark.parametrize("name", PAPERS)
def test_what_somebody_typed_is_printed_whole_and_does_nothing(name):
    unit = a_unit("MED", name=HOSTILE[0], phone=HOSTILE[1][:30])
    for number, typed in enumerate(HOSTILE):
        present(a_bed(unit, f"20{number}", "*#"), patient=a_patient("Durand", used_name=typed))
    text = printed(name, unit).replace(" ", "")
    assert [typed for typed in HOSTILE if f"{typed.upper()}Anne".replace(" ", "") not in text] == []
    assert "206*#" in text


@pytest.mark.parametrize("name", PAPERS)
def test_a_name_in_another_script_keeps_nothing_from_being_printed(name):
    unit = a_unit("MED")
    for number, typed in enumerate(["محمد", "שלום", "王小明", "Đặng", "ab\u202ecd", "Durand"]):
        present(a_bed(unit, f"20{number}", "F"), patient=a_patient(typed))
    text = printed(name, unit)
    assert [who for who in ("محمد", "שלום", "ĐẶNG", "ABCD", "DURAND") if who not in text] == []


def test_a_hospital_without_units_and_units_without_beds_say_so():
    assert "Aucune unité n’est décrite." in printed("hospital", None)
    unit = a_unit("VIDE")
    assert "occupés 0/0 · libres 0" in printed("hospital", unit)
    assert "Aucun lit dans cette unité." in printed("ward", unit)
    assert printed("ward", unit).count("Personne.") == 3
    text = printed("pocket", unit)
    assert ("Aucun patient dans cette unité." in text, "Lits libres : aucun" in text) == (True, True)


@pytest.mark.parametrize("name", PAPERS)
def test_the_same_board_makes_the_same_bytes(ward, name):
    board = boards.read(NOW)
    first, second = (WRITERS[name](board, ward, EVERYBODY, printed_by=BY, at=NOW) for _ in range(2))
    assert first == second
    assert b"pdfuaid:part" in PdfReader(BytesIO(first)).trailer["/Root"]["/Metadata"].get_data()


def test_a_paper_asks_the_database_nothing_and_leaves_the_language_as_it_was(ward):
    board, queries = boards.read(NOW), []
    with translation.override("en"), counted(queries):
        papers.pocket(board, ward, EVERYBODY, printed_by=BY, at=NOW)
        assert translation.get_language() == "en"
    assert queries == [0]


def test_the_patients_named_are_counted_once(ward):
    kept = a_bed(ward, "200", "1")
    stay = expected(ward, patient=a_patient("Attendue"))
    reservations.reserve(stay=stay, bed=kept, expected_at=paris("16:00"), by=None, at=NOW)
    present(a_bed(other := a_unit("ONC"), "301", "1"))
    board = boards.read(NOW)
    assert papers.named_count(board, [ward], EVERYBODY) == 4
    assert papers.named_count(board, board.units, EVERYBODY) == 5
    assert papers.named_count(board, board.units, Audience("fr", frozenset({other.pk}))) == 1
    assert papers.named_count(board, board.units, Audience("fr", frozenset())) == 0


@pytest.mark.parametrize(
    ("form", "code", "name"),
    [
        (Format.HOSPITAL, None, "plan-des-lits-2026-11-21-1432"),
        (Format.UNIT, "MED", "plan-des-lits-MED-2026-11-21-1432"),
        (Format.POCKET, "MED", "feuille-de-poche-MED-2026-11-21-1432"),
        (Format.UNIT, 'a"b\r\n/../é', "plan-des-lits-a-b-2026-11-21-1432"),
        (Format.UNIT, "É", "plan-des-lits-2026-11-21-1432"),
    ],
)
def test_the_file_is_named_after_its_unit_and_moment(form, code, name):
    unit = a_unit(code) if code else None
    assert papers.file_name(form, boards.Board(NOW, [], []), unit) == name
