"""« Qui a ouvert quel dossier, et pourquoi ? »: what the journal shows, of whom, and to whom."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from amh.core import audit
from amh.core.models import AccessKind, AccessTrace, AuditEntry, ParameterValue, User
from amh.core.roles import Role
from patients.actions import accesses, patients, protections, stays
from patients.models import AccessReason, Protection
from patients.queries import traces
from patients.queries.traces import Wish
from tests.expectations import counted
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import AN_HOUR, present

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def patient(now):
    who = present(a_bed(a_unit("MED", name="Médecine")), patient=a_patient("DURAND"), at=now - AN_HOUR).patient
    patients.identify(who, [("IPP", "CHU", "80014471")], at=now)
    return who


@pytest.fixture
def nurse(patient):
    nurse = a_user(Role.NURSE, patient.stays.get().unit)
    nurse.first_name, nurse.last_name = "Anne", "MARTIN"
    nurse.save()
    return nurse


@pytest.fixture
def officer():
    return a_user(Role.DPO)


def browse(user):
    client = Client()
    client.force_login(user, BACKEND)
    return client


@pytest.fixture
def journal(officer):
    """Read the journal as the officer, with these filters."""
    client = browse(officer)

    def read(address="/journal/", **filters):
        return client.get(address, filters)

    return read


def text(response):
    return response.content.decode()


def body(response):
    """The rows of the page, without its head and filters."""
    return text(response).partition("<tbody>")[2].partition("</tbody>")[0]


def open_record(patient, nurse):
    assert browse(nurse).get(f"/patients/{patient.pk}/").status_code == 200
    return AccessTrace.objects.latest("pk")


def read(patient_id, by, *, at, kind=AccessKind.LIST, page="patient", **facts):
    audit.trace(page, by=by, at=at, ip="10.0.0.7", patient_id=patient_id, kind=kind, count=1, **facts)


def test_a_row_says_when_who_what_of_whom_why_and_from_where(patient, nurse, journal):
    trace = open_record(patient, nurse)
    row = body(journal(patient=patient.pk))
    assert f"{timezone.localtime(trace.at):%H:%M:%S}" in row
    for words in ("Anne MARTIN", "Infirmière", "dossier du patient", "ouverture", "DURAND Anne", "12/03/1958"):
        assert words in row
    for words in ("IPP 80014471", "unité Médecine", "127.0.0.1"):
        assert words in row


def test_an_exceptional_access_is_said_with_its_reason(patient, journal, now):
    by = a_user(Role.PHYSICIAN)
    access = accesses.open_exceptionally(
        patient=patient, reason=AccessReason.EMERGENCY, explanation="<script>alert(1)</script>", by=by, at=now
    )
    open_record(patient, by)
    row = body(journal(exceptionnel="on"))
    assert "accès exceptionnel" in row
    assert "urgence" in row
    assert "&lt;script&gt;alert(1)" in row
    assert body(journal(acces=access.pk)) == row
    assert "Ce que" in text(journal(acces=access.pk))


def test_the_rights_of_the_whole_hospital_and_lists_are_said_so(patient, journal, now):
    open_record(patient, a_user(Role.BED_MANAGER))
    browse(a_user(Role.BED_MANAGER)).get("/lits/?unite=MED")
    rows = body(journal())
    assert "rôle qui porte sur tout l’hôpital" in rows
    assert "plan des lits" in rows
    assert "1 ligne" in rows
    assert "Médecine" in rows


FILTERS = [
    ({"personne": "martin"}, True),
    ({"personne": "Anne MARTIN"}, True),
    ({"personne": "durand"}, False),
    ({"role": "nurse"}, True),
    ({"role": "physician"}, False),
    ({"nature": "open"}, True),
    ({"nature": "export"}, False),
    ({"exceptionnel": "on"}, False),
]


@pytest.mark.parametrize(("filters", "found"), FILTERS)
def test_readings_are_filtered(patient, nurse, journal, filters, found):
    open_record(patient, nurse)
    assert ("Anne MARTIN" in body(journal(patient=patient.pk, **filters))) is found


def test_readings_are_filtered_by_unit_and_day(patient, nurse, journal, now):
    unit = patient.stays.get().unit
    read(patient.pk, nurse, at=now - timedelta(days=3), unit_id=unit.pk, ground="unit")
    day = f"{timezone.localtime(now - timedelta(days=3)):%Y-%m-%d}"
    after = f"{timezone.localtime(now - timedelta(days=2)):%Y-%m-%d}"
    assert "MARTIN" in body(journal(unite=unit.pk, du=day, au=day))
    assert "MARTIN" not in body(journal(unite=unit.pk, du=after))
    assert "MARTIN" not in body(journal(unite=a_unit().pk))


@pytest.mark.parametrize(
    "filters",
    [
        {"du": "2026-11-22", "au": "2026-11-21"},
        {"du": "rien"},
        {"au": "9999-12-31"},
        {"role": "king"},
        {"unite": "999999"},
        {"patient": "abc"},
        {"nature": "rien"},
    ],
)
def test_what_cannot_be_meant_is_said_and_shows_nothing(patient, nurse, journal, filters):
    open_record(patient, nurse)
    answer = journal(**filters)
    assert answer.status_code == 422
    assert "MARTIN" not in body(answer)
    assert "errorlist" in text(answer)


@pytest.mark.parametrize(
    "after", ["rien", "2026-11-21_1", "2026-99-99T00:00:00+00:00_1", f"2026-11-21T00:00:00Z_{'9' * 30}"]
)
def test_a_page_that_begins_nowhere_begins_at_the_newest(patient, nurse, journal, after):
    open_record(patient, nurse)
    assert "MARTIN" in body(journal(patient=patient.pk, apres=after))


def test_pages_go_on_where_the_last_one_ended_even_in_one_instant(patient, nurse, now):
    for number in range(5):
        read(patient.pk, nurse, at=now, document=number)
    rows, seen, after = traces.found(Wish(patient=patient)), [], None
    while True:
        shown, after = traces.page(rows, after=after, size=2)
        seen += [row.params["document"] for row in shown if "document" in row.params]
        read(patient.pk, nurse, at=now + AN_HOUR)
        if after is None:
            break
    assert seen == [4, 3, 2, 1, 0]


def test_a_long_journal_has_its_next_page(patient, nurse, journal, now):
    for _ in range(traces.PER_PAGE + 1):
        read(patient.pk, nurse, at=now)
    first = journal(patient=patient.pk)
    assert body(first).count("MARTIN") == traces.PER_PAGE
    following = journal(patient=patient.pk, apres=first.context["next_url"].partition("apres=")[2])
    assert "Plus anciens" in text(first)
    assert "Les plus récents" in text(following)


def test_a_merged_record_is_read_with_the_one_that_goes_on(patient, nurse, journal, now):
    other = a_patient("DURANT")
    read(other.pk, nurse, at=now - AN_HOUR)
    other.merged_into = patient
    other.save()
    for pk in (patient.pk, other.pk):
        assert "MARTIN" in body(journal(patient=pk))


def test_the_search_names_nobody_in_its_address_and_finds_by_number_or_name(patient, officer):
    client = browse(officer)
    for said in ("80014471", "durand anne", "Dùrand"):
        answer = client.post("/journal/patients/", {"text": said})
        assert f'href="/journal/?patient={patient.pk}"' in text(answer)
    assert client.get("/journal/patients/").status_code == 405
    assert client.post("/journal/patients/", {"text": "x"}).status_code == 422
    assert "Personne." in text(client.post("/journal/patients/", {"text": "personne de ce nom"}))
    assert not any("durand" in str(trace.params).lower() for trace in AccessTrace.objects.all())


@pytest.mark.parametrize("protected", ["person", "stay"])
def test_a_protected_person_is_found_by_number_alone_and_stays_masked(patient, nurse, officer, journal, now, protected):
    read(patient.pk, nurse, at=now)
    if protected == "person":
        patient.protected = True
        patient.save()
    else:
        protections.protect(stay=patient.stays.get(), protection=Protection.UNDISCLOSED, by=None, at=now)
    client = browse(officer)
    assert f"patient={patient.pk}" not in text(client.post("/journal/patients/", {"text": "durand"}))
    page = text(client.post("/journal/patients/", {"text": "80014471"}))
    assert f"patient={patient.pk}" in page
    for shown in (page, body(journal(patient=patient.pk))):
        assert "Identité protégée" in shown
        assert "DURAND" not in shown
        assert "80014471" not in shown.replace('value="80014471"', "")


def test_acts_on_a_record_are_said_in_words(patient, nurse, journal, now):
    stays.discharge(stay=patient.stays.get(), by=nurse, at=now)
    rows = body(journal("/journal/actes/", patient=patient.pk))
    assert "séjour : sortie" in rows
    assert "Anne MARTIN" in rows
    assert "patient : enregistrement" in rows
    assert "reçu d’un autre logiciel" in rows
    assert "Choisir d’abord un patient." in body(journal("/journal/actes/"))
    assert "Choisir d’abord un patient." in body(journal("/journal/actes/", patient="abc"))


def test_an_act_whose_subject_is_gone_is_still_said(patient, journal, now):
    gone = {"action": "thing.done", "subject_type": "gone.thing", "subject_id": 1}
    AuditEntry.objects.create(at=now, patient_id=patient.pk, **gone)
    assert "gone.thing 1" in body(journal("/journal/actes/", patient=patient.pk))


def test_reading_the_journal_is_itself_traced(patient, officer, journal):
    journal()
    journal(patient=patient.pk, role="nurse")
    journal("/journal/actes/", patient=patient.pk)
    found = [(one.page, one.kind, one.patient_id, one.by) for one in AccessTrace.objects.order_by("pk")]
    assert found == [
        ("journal", AccessKind.LIST, None, officer),
        ("journal", AccessKind.OPEN, patient.pk, officer),
        ("journal.acts", AccessKind.OPEN, patient.pk, officer),
    ]
    assert AccessTrace.objects.order_by("pk")[1].params == {"filters": ["patient", "role"]}


@pytest.mark.parametrize("address", ["/journal/", "/journal/actes/"])
def test_a_page_costs_the_same_for_one_row_and_for_thirty(officer, patient, now, address):
    client, filters, queries = browse(officer), {"patient": patient.pk} if "actes" in address else {}, []
    several(patient, 1, at=now)
    client.get(address, filters)
    with counted(queries):
        client.get(address, filters)
    several(patient, 30, at=now)
    with counted(queries):
        client.get(address, filters)
    assert queries[0] == queries[1]


def several(patient, number, *, at):
    """Readings of people, stays and units of their own, and as many acts on one record."""
    for _ in range(number):
        by, stay = a_user(Role.NURSE), present(a_bed(a_unit()), at=at - AN_HOUR)
        read(stay.patient_id, by, at=at, stay_id=stay.pk, unit_id=stay.unit_id, ground="unit")
        audit.record("patient.correct", subject=patient, by=by, at=at, patient_id=patient.pk)


def report(client, patient, **said):
    return client.post(f"/journal/patients/{patient.pk}/releve/", {"format": "csv"} | said)


def rows_of(answer):
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_a_patient_is_told_who_opened_the_record(patient, nurse, officer):
    open_record(patient, nurse)
    answer = report(browse(officer), patient)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "DURAND" not in answer["Content-Disposition"]
    rows = rows_of(answer)
    assert ["Patient", "DURAND Anne"] in rows
    assert ["Nombre d’accès", "1"] in rows
    assert rows[-1][1:] == ["Infirmière", "ouverture : dossier du patient", "unité Médecine"]
    assert "MARTIN" not in str(rows)


def test_staff_are_named_where_the_site_has_decided_so(patient, nurse, officer, now):
    ParameterValue.objects.create(key="report_names_staff", value=True, entered_at=now)
    open_record(patient, nurse)
    assert rows_of(report(browse(officer), patient))[-1][1] == "Anne MARTIN, Infirmière"


def test_the_report_is_traced_and_found_again(patient, nurse, officer, journal):
    open_record(patient, nurse)
    client = browse(officer)
    report(client, patient)
    trace = AccessTrace.objects.latest("pk")
    assert (trace.page, trace.kind, trace.patient_id, trace.count) == (
        "journal.report",
        AccessKind.EXPORT,
        patient.pk,
        1,
    )
    assert "relevé des accès au dossier" in body(journal(patient=patient.pk, nature="export"))
    assert rows_of(report(client, patient))[-1][2].startswith("ouverture")


def test_the_report_holds_the_period_asked_for(patient, nurse, officer, now):
    read(patient.pk, nurse, at=now - timedelta(days=30), ground="unit")
    read(patient.pk, nurse, at=now - timedelta(days=3), ground="unit")
    client = browse(officer)
    day = f"{timezone.localtime(now - timedelta(days=3)):%Y-%m-%d}"
    assert ["Nombre d’accès", "2"] in rows_of(report(client, patient))
    rows = rows_of(report(client, patient, du=day, au=day))
    assert ["Nombre d’accès", "1"] in rows
    shown = f"{timezone.localtime(now - timedelta(days=3)):%d/%m/%Y}"
    assert ["Période", f"du {shown} au {shown}"] in rows


@pytest.mark.parametrize("said", [{"du": "2026-11-22", "au": "2026-11-21"}, {"format": "exe"}, {"du": "hier"}])
def test_a_report_that_cannot_be_made_says_why(patient, officer, said):
    answer = report(browse(officer), patient, **said)
    assert (answer.status_code, AccessTrace.objects.count()) == (422, 0)
    assert "errorlist" in text(answer)


def test_a_table_runs_nothing_in_a_spreadsheet(officer, now):
    patient = a_patient("=cmd()", first_names="+Anne")
    User.objects.filter(pk=officer.pk).update(first_name="=HYPERLINK(1)", last_name="")
    ParameterValue.objects.create(key="report_names_staff", value=True, entered_at=now)
    read(patient.pk, officer, at=now - AN_HOUR, ground="unit")
    rows = rows_of(report(browse(User.objects.get(pk=officer.pk)), patient))
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert "'=CMD() +Anne" in cells
    assert "'=HYPERLINK(1), Délégué à la protection des données" in cells


def test_the_report_of_a_protected_person_bears_its_number_alone(patient, nurse, officer, now):
    read(patient.pk, nurse, at=now)
    patient.protected = True
    patient.save()
    rows = rows_of(report(browse(officer), patient))
    assert ["Patient", "Identité protégée"] in rows
    assert ["Dossier n°", str(patient.pk)] in rows
    assert "DURAND" not in str(rows)


def test_the_pdf_is_a_document_of_its_own(patient, nurse, officer):
    open_record(patient, nurse)
    answer = report(browse(officer), patient, format="pdf")
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="releve-acces-{patient.pk}-')
    assert answer["Cache-Control"] == "no-store"


def test_the_form_of_the_report_shows_for_whom(patient, officer):
    page = text(browse(officer).get(f"/journal/patients/{patient.pk}/releve/"))
    assert "DURAND Anne" in page
    assert browse(officer).get("/journal/patients/999999/releve/").status_code == 404
