"""A stay expected from the record: doubts, hour, reason, physician, and the ways back."""

import pytest
import time_machine
from django.urls import reverse

from amh.core.actions import parameters
from amh.core.roles import Role
from patients.actions import preadmissions, stays
from patients.models import NoArrival, Profession, Stay, StayKind, StayState
from tests.expectations import counted, nothing_written
from tests.factories.calendars import OFFICE_HOURS, a_calendar
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, fresh, last, present
from tests.factories.records import a_practitioner
from tests.patients.views.browsing import Desk, panel, text, traced
from wards.models import UnitKind

pytestmark = pytest.mark.django_db
FOUR = "2026-11-21T16:00"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def unit():
    return a_unit("MED", name="Médecine")


@pytest.fixture
def who():
    return a_patient("DUPONT")


@pytest.fixture
def amh(unit):
    return Desk(a_user(Role.AMH, unit))


@pytest.fixture
def stay(unit, who):
    return expected(unit, patient=who, expected_at=paris("16:00"))


def stays_of(desk, who):
    """The panel of the stays, as this person sees it."""
    return panel(desk.record(who), "sejours")


def undo_of(desk, page):
    """Press the way back that stands beside what was done."""
    address = page.split('id="annonces"')[1].split('<form action="')[1].split('"')[0]
    return desk.client.post(address, follow=True)


# Expecting ------------------------------------------------------------------------------------------------------------


def test_a_record_without_a_stay_offers_to_expect_the_patient(amh, who, unit):
    shown = stays_of(amh, who)
    assert "Aucun séjour." in shown
    assert f'class="button primary" href="{reverse("patients:stays-preadmit", args=[who.pk])}"' in shown
    form = text(amh.get("stays-preadmit", who.pk))
    assert "DUPONT Anne, 12/03/1958" in form
    assert f'<option value="{unit.pk}" selected>Médecine</option>' in form


def test_each_stay_leads_to_the_patient_record_of_the_hospital(amh, who, stay):
    assert "informatisé" not in stays_of(amh, who)
    Stay.objects.filter(pk=stay.pk).update(account_number="2026001")
    parameters.change(key="dpi_link", value="https://dpi.example.org/v/{nda}", by=None, at=NOW)
    assert 'href="https://dpi.example.org/v/2026001"' in stays_of(amh, who)


def test_a_patient_is_expected_and_that_is_taken_back(amh, who, unit):
    page = amh.client.post(
        reverse("patients:stays-preadmit", args=[who.pk]), {"unit": unit.pk, "expected_at": FOUR}, follow=True
    )
    stay = Stay.objects.get()
    assert (stay.unit, stay.kind, stay.expected_at, stay.practitioner) == (
        unit,
        StayKind.INPATIENT,
        paris("16:00"),
        None,
    )
    assert "Séjour prévu : Médecine, 16:00." in text(page)
    assert "attendu le 21/11/2026 16:00" in panel(text(page), "sejours")
    done = undo_of(amh, text(page))
    assert "Annulé : préadmission." in text(done)
    assert fresh(stay).state == StayState.CANCELLED


def test_the_way_back_takes_nothing_else_back(amh, who, unit):
    stay = expected(unit, patient=who, expected_at=paris("16:00"))
    movement = last(stay)
    stays.admit(stay=stay, unit=unit, bed=a_bed(unit), by=None, at=NOW)
    with nothing_written():
        assert amh.post("stays-undo", who.pk, movement.pk).status_code == 409
    assert amh.post("stays-undo", a_patient().pk, movement.pk).status_code == 404
    assert fresh(stay).state == StayState.PRESENT


@pytest.mark.parametrize(
    ("kind", "said", "meant"),
    [
        (UnitKind.DAY_HOSPITAL, "", StayKind.DAY_HOSPITAL),
        (UnitKind.DAY_SURGERY, "", StayKind.DAY_SURGERY),
        (UnitKind.PALLIATIVE, "", StayKind.INPATIENT),
        (UnitKind.DAY_HOSPITAL, "session", StayKind.SESSION),
    ],
)
def test_the_kind_is_that_of_the_unit_unless_it_is_said(amh, who, kind, said, meant):
    amh.send("stays-preadmit", who.pk, unit=a_unit(kind=kind).pk, kind=said, expected_at=FOUR)
    assert Stay.objects.get().kind == meant


def test_a_physician_is_chosen_among_those_who_have_stays_here(amh, who, unit):
    doctor, nurse, unknown = a_practitioner("Martin"), a_practitioner(profession=Profession.NURSE), a_practitioner()
    Stay.objects.filter(pk=expected(unit).pk).update(practitioner=doctor)
    form = text(amh.get("stays-preadmit", who.pk))
    assert f'<option value="{doctor.pk}">MARTIN Luc</option>' in form
    assert [one for one in (nurse, unknown) if f'value="{one.pk}">{one.family_name}' in form] == []
    amh.send("stays-preadmit", who.pk, unit=unit.pk, expected_at=FOUR, practitioner=doctor.pk)
    assert who.stays.get().practitioner == doctor


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"unit": ""}, "Ce champ est obligatoire."),
        ({"unit": "999999"}, "Choisir dans la liste."),
        ({"unit": "9" * 30}, "Choisir dans la liste."),
        ({"unit": "Médecine"}, "choix"),
        ({"expected_at": ""}, "Ce champ est obligatoire."),
        ({"expected_at": "demain"}, "Indiquer une date et une heure"),
        ({"expected_at": "0026-11-21T16:00"}, "Indiquer une date et une heure"),
        ({"expected_at": "2026-11-21T14:00"}, "Cette heure est passée."),
        ({"kind": "roi"}, "choix"),
        ({"practitioner": "999999"}, "Choisir dans la liste."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(amh, who, unit, typed, sentence):
    answer = amh.send("stays-preadmit", who.pk, **{"unit": unit.pk, "expected_at": FOUR} | typed)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not Stay.objects.exists()


def test_a_refusal_stands_beside_its_field(amh, who):
    gone = a_unit(valid_until=paris("15:00"))
    answer = amh.send("stays-preadmit", who.pk, unit=gone.pk, expected_at=FOUR)
    assert answer.status_code == 409
    unit_field = text(answer).split('name="unit"')[1].split('name="kind"')[0]
    assert "n’est pas en service à cette heure" in unit_field


def test_doubts_are_confirmed_and_never_silent(amh, who, unit):
    unit.calendar = a_calendar(hours=OFFICE_HOURS)
    unit.save()
    there = present(a_bed(unit), patient=who)
    typed = {"unit": unit.pk, "expected_at": FOUR}
    asked = amh.send("stays-preadmit", who.pk, **typed)
    assert asked.status_code == 409
    for words in ("Présent : Hospitalisation complète, Médecine, 13:32.", "fermé, ouvre le lun. 23 nov. à 08:00"):
        assert words in text(asked)
    keys = [piece.split('"')[0] for piece in text(asked).split('name="looked_at" value="')[1:]]
    assert keys == [f"stay-{there.pk}", "closed"]
    with nothing_written():
        assert amh.send("stays-preadmit", who.pk, **typed, looked_at=keys).status_code == 409
        assert amh.send("stays-preadmit", who.pk, **typed, looked_at=keys[:1], confirmed="1").status_code == 409
    assert amh.send("stays-preadmit", who.pk, **typed, looked_at=keys, confirmed="1").status_code == 200
    with nothing_written():
        again = amh.send("stays-preadmit", who.pk, **typed, looked_at=keys, confirmed="1")
    assert "Attendu : Hospitalisation complète, Médecine, 16:00." in text(again), "the second click"


def test_a_record_that_closes_by_that_is_left(amh, who):
    answer = amh.send("stays-preadmit", who.pk, unit=a_unit(name="Chirurgie").pk, expected_at=FOUR)
    assert answer.headers["HX-Redirect"] == reverse("patients:search")
    page = text(amh.get("search"))
    assert "Séjour prévu : Chirurgie, 16:00. Ce dossier n’est plus ouvert à vos unités." in page
    assert "DUPONT" not in page
    undo_of(amh, page)
    assert who.stays.get().state == StayState.CANCELLED


def test_who_does_not_register_expects_nobody(who, unit):
    nurse = Desk(a_user(Role.NURSE, unit))
    expected(unit, patient=who)
    assert "Prévoir un séjour" not in stays_of(nurse, who)
    assert nurse.get("stays-preadmit", who.pk).status_code == 403


def test_a_record_of_another_unit_is_not_shown(amh, stay):
    stranger = Desk(a_user(Role.AMH, a_unit()))
    for name in ("stays-reschedule", "stays-cancel", "stays-assign_practitioner"):
        answer = stranger.get(name, stay.patient_id, stay.pk)
        assert (answer.status_code, "DUPONT" in text(answer)) == (403, False)
        assert amh.get(name, a_patient().pk, stay.pk).status_code == 404


def test_every_dialog_is_traced(amh, stay):
    amh.get("stays-preadmit", stay.patient_id)
    for name in ("stays-reschedule", "stays-cancel", "stays-assign_practitioner"):
        amh.get(name, stay.patient_id, stay.pk)
    pages = ["patient.stay", "patient.stay", "patient.stay", "patient.physician"]
    assert traced() == [(page, "open", stay.patient_id) for page in pages]


# What becomes of it ---------------------------------------------------------------------------------------------------


def test_the_hour_is_changed(amh, stay):
    assert 'value="2026-11-21T16:00"' in text(amh.get("stays-reschedule", stay.patient_id, stay.pk))
    answer = amh.post("stays-reschedule", stay.patient_id, stay.pk, expected_at="2026-11-23T09:30")
    assert answer.url == reverse("patients:record", args=[stay.patient_id])
    page = amh.record(stay.patient)
    assert "Arrivée prévue : lun. 23 nov. 09:30." in page
    assert "attendu le 23/11/2026 09:30" in panel(page, "sejours")
    assert amh.send("stays-reschedule", stay.patient_id, stay.pk, expected_at="2026-11-20T09:30").status_code == 422


def test_a_stay_is_called_off_for_a_reason_and_taken_up_again(amh, stay):
    assert amh.send("stays-cancel", stay.patient_id, stay.pk).status_code == 422
    amh.post("stays-cancel", stay.patient_id, stay.pk, reason="not_come")
    page = amh.record(stay.patient)
    shown = panel(page, "sejours")
    assert "Séjour annulé : le patient n’est plus attendu." in page
    assert ("Aucun séjour." in shown, "Séjours annulés · 1" in shown, "n’est pas venu" in shown) == (True, True, True)
    assert "annulé le 21/11/2026 14:32" in shown
    back = text(undo_of(amh, page))
    assert "Rétablir" not in panel(back, "sejours")
    assert fresh(stay).state == StayState.EXPECTED
    with nothing_written():
        assert amh.post("stays-reinstate", stay.patient_id, stay.pk).status_code == 409


def test_who_has_left_or_come_is_offered_no_other_hour(amh, unit, who):
    present(a_bed(unit), patient=who)
    shown = stays_of(amh, who)
    assert ("Changer l’heure" in shown, "Ne vient pas" in shown, "Médecin responsable" in shown) == (False, False, True)


def test_the_physician_is_found_by_words_and_named(amh, stay):
    martin, petit = a_practitioner("Martin", specialty="Oncologie"), a_practitioner("Petit", profession="nurse")
    form = text(amh.get("stays-assign_practitioner", stay.patient_id, stay.pk))
    assert '<option value="" selected>À désigner</option>' in form
    offered = text(amh.get("stays-physicians", words="mart"))
    assert f'<option value="{martin.pk}">MARTIN Luc, Oncologie</option>' in offered
    assert "PETIT" not in text(amh.get("stays-physicians", words="petit"))
    amh.post("stays-assign_practitioner", stay.patient_id, stay.pk, practitioner=martin.pk, words="mart")
    page = amh.record(stay.patient)
    assert "Médecin responsable : Dr MARTIN Luc." in page
    assert "Dr MARTIN Luc" in panel(page, "sejours")
    assert f'<option value="{martin.pk}" selected>' in text(
        amh.get("stays-assign_practitioner", stay.patient_id, stay.pk)
    )
    answer = amh.send("stays-assign_practitioner", stay.patient_id, stay.pk, practitioner=petit.pk)
    assert (answer.status_code, "PETIT Luc n’est pas médecin." in text(answer)) == (422, True)
    amh.post("stays-assign_practitioner", stay.patient_id, stay.pk, practitioner="")
    assert fresh(stay).practitioner is None


@pytest.mark.parametrize("typed", ["999999", "²", "9" * 5000, "Martin"])
def test_a_physician_who_is_none_is_refused(amh, stay, typed):
    answer = amh.send("stays-assign_practitioner", stay.patient_id, stay.pk, practitioner=typed)
    assert (answer.status_code, "Choisir dans la liste." in text(answer)) == (422, True)


def test_a_name_that_means_harm_is_inert(amh, stay, unit):
    evil = "<script>alert(1)</script>"
    doctor = a_practitioner(evil, specialty=evil)
    unit.name = evil
    unit.save()
    amh.post("stays-assign_practitioner", stay.patient_id, stay.pk, practitioner=doctor.pk)
    pages = [amh.record(stay.patient), text(amh.get("stays-preadmit", stay.patient_id))]
    pages += [text(amh.get("stays-physicians")), text(amh.send("stays-preadmit", stay.patient_id, unit=unit.pk))]
    assert [page for page in pages if evil in page or "&lt;" not in page] == []


def test_the_record_and_the_form_ask_as_much_for_thirty_as_for_one(amh, unit):
    queries = {"record": [], "stays-preadmit": []}
    for number in (1, 30):
        who = a_patient()
        for _ in range(number):
            Stay.objects.filter(pk=expected(unit, patient=who).pk).update(practitioner=a_practitioner())
            a_unit()
            called_off = expected(unit, patient=who)
            preadmissions.cancel(stay=called_off, reason=NoArrival.OTHER, by=None, at=NOW)
        for name, counts in queries.items():
            amh.get(name, who.pk)
            with counted(counts):
                amh.get(name, who.pk)
    assert [counts[0] - counts[1] for counts in queries.values()] == [0, 0]
