"""Somebody who is expected, from their menu on the board: arrived with or without a bed, later, not at all."""

import pytest
from django.urls import reverse

from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.actions import reservations
from patients.models import MovementKind, NoArrival, StayState
from tests.board.browsing import HTMX, browse, text
from tests.board.test_ward_acts import offered, undo_of
from tests.expectations import counted, nothing_written, places
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, fresh, last, present
from wards.models import Closure, UnitKind

pytestmark = pytest.mark.django_db
TYPED = "2026-11-21T14:32"


@pytest.fixture
def unit():
    return a_unit("MED", name="Médecine")


@pytest.fixture
def bed(unit):
    return a_bed(unit, "201", "F")


@pytest.fixture
def stay(unit):
    return expected(unit, patient=a_patient("Durand"), expected_at=paris("14:00"))


@pytest.fixture
def nurse(unit):
    return browse(a_user(Role.NURSE, unit))


def url(name, stay):
    return reverse(f"board:{name}", args=[stay.pk])


def ask(client, name, stay):
    return text(client.get(url(name, stay), headers=HTMX))


def press(client, address, **typed):
    return client.post(address, typed, headers=HTMX)


# The menu -------------------------------------------------------------------------------------------------------------

EXPECTED = ["move", "arrive", "reschedule", "cancel", "expect", "record", "undo"]


def test_the_menu_of_somebody_expected_says_what_may_come_of_it(nurse, stay):
    page = ask(nurse, "stay-menu", stay)
    assert offered(page) == [EXPECTED[:-1], ["undo"]], "taking back is for those who register"
    for words in ("Arrivé dans un lit…", "Arrivé, sans lit…", "Changer l’heure d’arrivée…", "Ne vient pas…"):
        assert words in page


def test_who_neither_places_nor_registers_reads_why(stay, unit):
    page = ask(browse(a_user(Role.PHYSICIAN, unit)), "stay-menu", stay)
    assert offered(page)[1] == ["move", "arrive", "reschedule", "cancel", "undo"]


def test_the_kept_bed_is_named_and_already_chosen(nurse, stay, bed):
    reservations.reserve(stay=stay, bed=bed, expected_at=paris("16:00"), by=None, at=NOW)
    assert "Arrivé dans le lit 201 F…" in ask(nurse, "stay-menu", stay)
    assert f'<option value="{bed.pk}" selected>201 F · réservé</option>' in ask(nurse, "move", stay)


def test_one_without_a_bed_goes_to_another_unit_where_the_person_works_too(unit, nurse):
    stay = present(unit)
    both = browse(a_user(Role.NURSE, unit, a_unit()))
    assert ["Dans une autre unité, sans lit…" in ask(client, "stay-menu", stay) for client in (nurse, both)] == [
        False,
        True,
    ]


# Arrived --------------------------------------------------------------------------------------------------------------


def test_a_patient_has_come_and_waits_for_a_bed(nurse, stay, unit):
    form = ask(nurse, "arrive", stay)
    assert "Arrivée sans lit : DURAND Anne" in form
    assert f'<option value="{unit.pk}" selected>Médecine</option>' in form
    answer = press(nurse, url("arrive", stay), unit=unit.pk, effective_at="2026-11-21T14:10", reason="au couloir")
    assert "Arrivée enregistrée, sans lit : DURAND Anne, Médecine." in text(answer)
    assert places(stay) == [(unit, None, paris("14:10"), None)]
    assert (last(stay).kind, last(stay).entered_at, last(stay).reason) == (MovementKind.ADMISSION, NOW, "au couloir")
    with nothing_written():
        again = press(nurse, url("arrive", stay), unit=unit.pk, effective_at=TYPED)
    assert (again.status_code, "Ce patient est déjà entré." in text(again)) == (409, True)
    address, fields = undo_of(answer)
    press(nurse, address, **fields)
    assert (fresh(stay).state, places(stay)) == (StayState.EXPECTED, [])


def test_a_patient_arrives_in_another_unit_than_the_one_that_expects_them(stay):
    other = a_unit(name="Chirurgie")
    press(browse(a_user(Role.BED_MANAGER)), url("arrive", stay), unit=other.pk, effective_at=TYPED)
    assert places(stay)[-1][:2] == (other, None)


@pytest.mark.parametrize("name", ["arrive", "wait"])
@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"unit": ""}, 422, "obligatoire"),
        ({"unit": "999999"}, 404, ""),
        ({"effective_at": "2026-11-22T10:00"}, 422, "dans le futur"),
        ({"effective_at": "hier"}, 422, "Indiquer une date et une heure"),
        ({"reason": "x" * 201}, 422, "200"),
    ],
)
def test_what_cannot_be_is_said(unit, bed, stay, name, typed, status, sentence):
    manager, one = browse(a_user(Role.BED_MANAGER)), stay if name == "arrive" else present(bed)
    with nothing_written():
        answer = press(manager, url(name, one), **{"unit": unit.pk, "effective_at": TYPED} | typed)
    assert (answer.status_code, sentence in text(answer)) == (status, True)


def test_nobody_arrives_at_home_or_in_the_lounge(nurse, stay):
    for kind in (UnitKind.HOME_CARE, UnitKind.LOUNGE):
        a_unit(name=f"Unité {kind}", kind=kind)
    form = ask(browse(a_user(Role.BED_MANAGER)), "arrive", stay)
    assert [kind for kind in (UnitKind.HOME_CARE, UnitKind.LOUNGE) if f"Unité {kind}" in form] == []


@pytest.mark.parametrize("name", ["arrive", "reschedule", "cancel", "reinstate", "wait"])
def test_who_works_elsewhere_does_none_of_it(name, stay, bed):
    stranger = browse(a_user(Role.NURSE, a_unit()))
    one = present(bed, patient=stay.patient) if name == "wait" else stay
    with nothing_written():
        answer = press(stranger, url(name, one), unit=stay.unit_id, effective_at=TYPED)
    assert (answer.status_code, "DURAND" in text(answer)) == (403, False)


# Another hour, not at all ---------------------------------------------------------------------------------------------


def test_a_patient_is_expected_at_another_hour_and_that_is_taken_back(nurse, stay, bed):
    reservations.reserve(stay=stay, bed=bed, expected_at=paris("16:00"), by=None, at=NOW)
    form = ask(nurse, "reschedule", stay)
    assert ("Quand attend-on DURAND Anne ?" in form, 'value="2026-11-21T14:00"' in form) == (True, True)
    assert "Le lit 201 F sera gardé pour cette heure" in form
    answer = press(nurse, url("reschedule", stay), expected_at="2026-11-21T18:30")
    assert "Arrivée prévue, DURAND Anne : 18:30." in text(answer)
    assert fresh(stay).expected_at == paris("18:30")
    assert press(nurse, url("reschedule", stay), expected_at="2026-11-21T13:00").status_code == 422
    address, fields = undo_of(answer)
    press(nurse, address, **fields)
    assert fresh(stay).expected_at == paris("14:00")


def test_a_bed_that_cannot_follow_is_said(nurse, stay, bed):
    reservations.reserve(stay=stay, bed=bed, expected_at=paris("16:00"), by=None, at=NOW)
    Closure.objects.create(bed=bed, kind="closed", reason="works", starts_at=paris("21:00"), entered_at=NOW)
    answer = press(nurse, url("reschedule", stay), expected_at="2026-11-21T18:30")
    says = "DURAND Anne : 18:30. Le lit 201 F n’est pas libre pour cette heure : il reste gardé pour 16:00."
    assert says in text(answer)


def test_a_patient_who_does_not_come_is_expected_no_more_and_that_is_taken_back(nurse, stay):
    assert press(nurse, url("cancel", stay)).status_code == 422
    answer = press(nurse, url("cancel", stay), reason="not_come")
    assert "Arrivée annulée : DURAND Anne." in text(answer)
    assert (fresh(stay).state, last(stay).cancelled_for) == (StayState.CANCELLED, NoArrival.NOT_COME)
    with nothing_written():
        assert press(nurse, url("cancel", stay), reason="not_come").status_code == 409
    back = press(nurse, undo_of(answer)[0])
    assert "Arrivée prévue de nouveau : DURAND Anne." in text(back)
    assert fresh(stay).state == StayState.EXPECTED


def test_who_is_here_is_neither_late_nor_absent(nurse, bed):
    stay = present(bed)
    for name in ("reschedule", "cancel"):
        answer = nurse.get(url(name, stay), headers=HTMX)
        assert (answer.status_code, "Ce patient est présent dans l’unité." in text(answer)) == (409, True)


# Without a bed at present ---------------------------------------------------------------------------------------------


def test_a_patient_gives_up_a_bed_for_none_and_that_is_taken_back(nurse, unit, bed):
    stay = present(bed, patient=a_patient("Durand"))
    assert "le lit qu’il quitte est à nettoyer" in ask(nurse, "wait", stay)
    answer = press(nurse, url("wait", stay), unit=unit.pk, effective_at=TYPED)
    assert "Sans lit pour l’instant : DURAND Anne, Médecine." in text(answer)
    assert places(stay)[-1] == (unit, None, NOW, None)
    with nothing_written():
        again = press(nurse, url("wait", stay), unit=unit.pk, effective_at=TYPED)
    assert (again.status_code, "déjà dans l’unité, sans lit" in text(again)) == (409, True)
    press(nurse, undo_of(answer)[0])
    assert places(stay)[-1][1] == bed


# For everybody --------------------------------------------------------------------------------------------------------


def test_every_dialog_is_traced_and_a_protected_person_is_named_in_none(nurse, unit, stay):
    secret = expected(unit, patient=a_patient("Celebre", protected=True))
    names = ("arrive", "reschedule", "cancel")
    shown = [ask(nurse, name, one) for one in (stay, secret) for name in names]
    assert ["DURAND" in page for page in shown] == [True] * 3 + [False] * 3
    assert [page for page in shown if "CELEBRE" in page] == []
    traced = AccessTrace.objects.order_by("pk").values_list("page", "patient_id")
    assert list(traced) == [(f"stay.{name}", stay.patient_id) for name in names]


def test_a_name_that_means_harm_is_inert(unit):
    stay = expected(unit, patient=a_patient("<script>alert(1)</script>"))
    manager = browse(a_user(Role.BED_MANAGER))
    for name in ("stay-menu", "arrive", "reschedule", "cancel"):
        assert "<script>alert" not in ask(manager, name, stay)


def test_the_form_asks_as_much_in_a_full_hospital(unit, stay):
    manager, queries = browse(a_user(Role.BED_MANAGER)), []
    for number in (1, 30):
        for _ in range(number):
            present(a_bed(a_unit()))
        with counted(queries):
            ask(manager, "arrive", stay)
    assert queries[0] == queries[1]
