import pytest
from django.core.management import CommandError, call_command

from wards.models import Bed, BedKind, Unit, UnitKind

pytestmark = pytest.mark.django_db

HEADER = "unit_code,unit_name,unit_kind,room,bed,bed_kind\n"
BEDS = "MED,Médecine,HC,201,F,lit\nMED,Médecine,,201,P,\nHDJ,Hôpital de jour,hôpital de jour,S1,F1,fauteuil\n"
MASTER_FILE = """\
MSH|^~\\&|GHE|CENTRE|AMH|CENTRE|20261121||MFN^M05^MFN_M05|1|P|2.5|||||FR|UNICODE UTF-8\r
MFI|LOC||UPD|||NE\r
MFE|MAD|||HDJ|PL\r
LOC|HDJ^^^CENTRE|Hôpital de jour|N\r
LDP|HDJ|HDJ|HDJ\r
MFE|MAD|||HDJ^S1^F1|PL\r
LOC|HDJ^S1^F1^CENTRE|Fauteuil 1|B\r
LCH|HDJ^S1^F1||||fauteuil\r
MFE|MAD|||MED^201^F|PL\r
LOC|MED^201^F^CENTRE|Lit fenêtre|B\r
MFE|MDL|||MED^299^F|PL\r
LOC|MED^299^F^CENTRE|Lit disparu|B\r
"""


@pytest.fixture
def bring_in(tmp_path, capsys):
    """Import a text or bytes as a file; give what was printed."""

    def bring_in(content):
        file = tmp_path / "structure"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        call_command("import_structure", str(file))
        return capsys.readouterr().out

    return bring_in


def beds():
    return {bed.code: bed.kind for bed in Bed.objects.all()}


IMPORTED = {"MED-201-F": BedKind.BED, "MED-201-P": BedKind.BED, "HDJ-S1-F1": BedKind.CHAIR}


@pytest.mark.parametrize(
    "content",
    [
        HEADER + BEDS,
        (HEADER + BEDS).encode("utf-8-sig"),
        (HEADER + BEDS).encode("latin-1"),
        (HEADER + BEDS).replace(",", ";").encode("cp1252"),
        (HEADER + BEDS).replace("\n", "\r\n"),
        "\n" + HEADER + "\n" + BEDS.replace("\n", "\n,,,,,\n") + "\n  \n",
        HEADER.upper() + BEDS.replace("Médecine", '"Médecine "'),
    ],
    ids=["utf-8", "byte order mark", "latin-1", "semicolons in cp1252", "CRLF", "blank lines", "capitals and quotes"],
)
def test_every_usual_way_to_save_a_sheet_is_read(bring_in, content):
    said = bring_in(content)

    assert "Unités : créées 2, modifiées 0, inchangées 0" in said
    assert "Lits : créés 3, modifiés 0, inchangés 0" in said
    assert beds() == IMPORTED
    assert list(Unit.objects.values_list("name", flat=True)) == ["Médecine", "Hôpital de jour"]


def test_columns_in_any_order_and_others_are_ignored(bring_in):
    bring_in("bed;Note;room;unit_kind;bed_kind;unit_code;unit_name\nF;à voir;201;;;MED;Médecine\n")

    assert beds() == {"MED-201-F": BedKind.BED}


def test_the_second_time_changes_nothing(bring_in):
    bring_in(HEADER + BEDS)

    said = bring_in((HEADER + BEDS).encode("latin-1"))

    assert "Unités : créées 0, modifiées 0, inchangées 2" in said
    assert "Chambres : créées 0, modifiées 0, inchangées 2" in said
    assert "Lits : créés 0, modifiés 0, inchangés 3" in said


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (",Médecine,HC,201,F,lit", "code d’unité manquant"),
        ("MED,Médecine,HC,201,,lit", "lit manquant"),
        ("MED,Médecine,garage,201,1,lit", "type d’unité inconnu : « garage »"),
        ("MED,Médecine,HC,201,1,hamac", "type de lit inconnu : « hamac »"),
        ("MED,Médecine,HC,201,1", "5 colonnes au lieu de 6"),
        ("MED,Médecine,HC,201,1,lit,", "7 colonnes au lieu de 6"),
        ("MED,Médecine,HC,201,F,lit", "ce lit est déjà décrit à la ligne 2"),
        ("MED,Chirurgie,HC,201,1,lit", "l’unité MED a un autre nom à la ligne 2"),
        ("MED,Médecine,USP,201,1,lit", "l’unité MED a un autre type à la ligne 2"),
        (f"MED,Médecine,HC,201,{'1' * 21},lit", "« bed » dépasse 20 caractères"),
        ('MED,Médecine,HC,201,"1,lit', "guillemets mal fermés"),
        (b"MED,M\xe9decine,HC,201,1,lit", "caractères illisibles"),
    ],
)
def test_a_bad_line_is_named_by_its_number_and_nothing_is_imported(bring_in, line, fault):
    line = line if isinstance(line, bytes) else line.encode()

    with pytest.raises(CommandError) as refused:
        bring_in((HEADER + BEDS).encode() + b"\n" + line + b"\n")

    assert str(refused.value).splitlines() == [
        "1 ligne est fautive : rien n’a été importé.",
        f"ligne 6 : {fault}",
    ]
    assert not Unit.objects.exists()


def test_bytes_that_no_windows_writes_are_named(bring_in):
    with pytest.raises(CommandError, match="ligne 3 : caractères illisibles"):
        bring_in(HEADER.encode() + b"MED,M\xe9decine,,201,F,\nMED,M\x81decine,,201,P,\n")


def test_many_bad_lines_are_counted_and_the_first_twenty_named(bring_in):
    with pytest.raises(CommandError) as refused:
        bring_in(HEADER + ",,,201,F,\n" * 25)

    said = str(refused.value).splitlines()
    assert said[0] == "25 lignes sont fautives : rien n’a été importé."
    assert said[1] == "ligne 2 : code d’unité manquant"
    assert said[20:] == ["ligne 21 : code d’unité manquant", "… et 5 autres"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "ligne 1 : le fichier est vide"),
        ("unit_code,unit_name,room,bed\nMED,Médecine,201,F\n", "ligne 1 : en-tête : il manque unit_kind, bed_kind"),
        (HEADER.replace("bed_kind", "bed_kind,bed"), "ligne 1 : en-tête : bed deux fois"),
        (BEDS, "ligne 1 : en-tête : il manque unit_code"),
    ],
)
def test_a_file_without_its_header_is_refused(bring_in, content, fault):
    with pytest.raises(CommandError, match=fault):
        bring_in(content)


def test_a_file_that_is_not_there_is_said_in_one_sentence():
    with pytest.raises(CommandError, match="Impossible de lire /nulle/part"):
        call_command("import_structure", "/nulle/part")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_location_master_file_is_read(bring_in, end):
    message = MASTER_FILE.replace("\r\n", end)

    said = bring_in(message)

    assert beds() == {"HDJ-S1-F1": BedKind.CHAIR, "MED-201-F": BedKind.BED}
    unit = Unit.objects.get(code="HDJ")
    assert (unit.name, unit.kind) == ("Hôpital de jour", UnitKind.DAY_HOSPITAL)
    assert "à faire à la main : 1" in said
    assert "Lits : créés 0, modifiés 0, inchangés 2" in bring_in(b"\x0b" + message.encode() + b"\x1c\r")


def test_locations_without_an_entry_segment_and_inactive_ones(bring_in):
    header = MASTER_FILE.splitlines()[0]

    bring_in("\r".join([header, "LOC|MED^201^F", "LOC|MED^201^P", "LDP|MED^201^P|MED|||I|I", "LOC|MED^202^"]))

    assert beds() == {"MED-201-F": BedKind.BED}


def test_a_bad_location_is_named_by_its_line(bring_in):
    with pytest.raises(CommandError, match="ligne 13 : code d’unité manquant"):
        bring_in(MASTER_FILE.replace("\r\n", "\n") + "LOC|^201^F\n")
    assert not Unit.objects.exists()


@pytest.mark.parametrize("kind", ["ADT^A01", "MFN^M02", ""])
def test_another_message_is_refused(bring_in, kind):
    with pytest.raises(CommandError, match="ligne 1 : ce message HL7 n’est pas un fichier de structure"):
        bring_in(MASTER_FILE.replace("MFN^M05^MFN_M05", kind))


def test_a_master_file_without_locations_is_refused(bring_in):
    with pytest.raises(CommandError, match="aucun lieu"):
        bring_in("\r".join(MASTER_FILE.splitlines()[:2]))
