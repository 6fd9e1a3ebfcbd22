"""Every act of the board: its form, the act, the refusals beside their field, the double click, and who may not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from amh.core.actions import parameters
from amh.core.models import AccessTrace
from amh.core.roles import Role
from amh.interop.actions import messages
from patients.actions import beds as bed_actions
from patients.actions import reservations, stays
from patients.models import ExitMode, Movement, Stay, StayState
from tests.board.browsing import HTMX, browse, text
from tests.expectations import nothing_written, places
from tests.factories.clocks import NOW, paris
from tests.factories.messages import adt
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, fresh, last, present
from wards.models import Cleaning, Closure, ClosureReason

pytestmark = pytest.mark.django_db
TYPED = "2026-11-21T14:32"
CLOSED = {"what": "bed", "kind": "closed", "reason": "works"}


@pytest.fixture
def bed():
    return a_bed(a_unit("MED"), "201", "F")


@pytest.fixture
def manager():
    return browse(a_user(Role.BED_MANAGER))


def url(name, row):
    return reverse(f"board:{name}", args=[row.pk])


def reserve(bed):
    stay = expected(bed.room.unit, patient=a_patient("Durand"))
    return reservations.reserve(stay=stay, bed=bed, expected_at=paris("16:00"), by=None, at=NOW)


def close(bed):
    return bed_actions.close(bed=bed, reason=ClosureReason.WORKS, by=None, at=NOW)


# Giving a bed ---------------------------------------------------------------------------------------------------------


def test_a_bed_is_given_to_somebody_who_waits(manager, bed):
    stay = expected(bed.room.unit, patient=a_patient("Durand"))
    form = text(manager.get(url("place", bed)))
    assert f'<option value="{stay.pk}">DURAND Anne · 12/03/1958 · attendu à 13:32</option>' in form
    assert '<option value="" selected>Choisir…</option>' in form
    assert f'value="{TYPED}"' in form
    response = manager.post(url("place", bed), {"stay": stay.pk, "effective_at": TYPED})
    assert (response.status_code, response.url) == (302, "/lits/")
    assert places(stay) == [(bed.room.unit, bed, NOW, None)]


def test_inside_the_page_the_answer_is_a_sentence_with_its_undo(manager, bed):
    stay = expected(bed.room.unit)
    said = {"stay": stay.pk, "effective_at": TYPED}
    response = manager.post(url("place", bed), said, headers=HTMX)
    assert response.status_code == 200
    assert "Lit 201 F attribué : " in text(response)
    assert f'hx-post="{url("undo", last(stay))}"' in text(response)
    assert "<html" not in text(response)


def test_the_patient_for_whom_the_bed_is_kept_is_proposed(manager, bed):
    kept = reserve(bed)
    stay = expected(bed.room.unit)
    assert f'<option value="{stay.pk}">' in text(manager.get(url("place", bed)))
    response = manager.post(url("place", bed), {"stay": kept.stay_id, "effective_at": TYPED})
    assert response.status_code == 302


def test_a_bed_given_meanwhile_names_its_patient_and_keeps_what_was_typed(manager, bed):
    stay = expected(bed.room.unit)
    present(bed, patient=a_patient("Durand"))
    with nothing_written():
        response = manager.post(url("place", bed), {"stay": stay.pk, "effective_at": "2026-11-21T14:30"})
    assert response.status_code == 409
    assert "Le lit 201 F est occupé par DURAND Anne depuis 13:32. Choisir un autre lit." in text(response)
    assert f'<option value="{stay.pk}" selected>' in text(response)
    assert 'value="2026-11-21T14:30"' in text(response)


def test_a_patient_placed_meanwhile_is_said(manager, bed):
    stay = present(a_bed(bed.room.unit))
    stays.discharge(stay=stay, by=None, at=NOW)
    response = manager.post(url("place", bed), {"stay": stay.pk, "effective_at": TYPED})
    assert response.status_code == 409
    assert "Ce patient est sorti (14:32)." in text(response)


def test_a_time_to_come_is_said_beside_its_field(manager, bed):
    stay = expected(bed.room.unit)
    response = manager.post(url("place", bed), {"stay": stay.pk, "effective_at": "2026-11-21T15:30"})
    assert response.status_code == 422
    field = text(response).split('name="effective_at"')[1]
    assert "L’heure effective (15:30) est dans le futur." in field


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"stay": "", "effective_at": TYPED}, "Ce champ est obligatoire."),
        ({"stay": "douze", "effective_at": TYPED}, "Sélectionnez un choix valide."),
        ({"stay": "1", "effective_at": "hier"}, "Indiquer une date et une heure"),
        ({"stay": "1", "effective_at": "9999-12-31T23:59"}, "Indiquer une date et une heure"),
        ({"stay": "1", "effective_at": ""}, "Ce champ est obligatoire."),
    ],
)
def test_what_cannot_be_read_is_said(manager, bed, typed, says):
    with nothing_written():
        response = manager.post(url("place", bed), typed)
    assert response.status_code == 422
    assert says in text(response)


def test_a_stay_that_never_was_is_not_found(manager, bed):
    assert manager.post(url("place", bed), {"stay": "99999999999999999999", "effective_at": TYPED}).status_code == 404


def test_a_second_click_changes_nothing(manager, bed):
    stay = expected(bed.room.unit)
    said = {"stay": stay.pk, "effective_at": TYPED}
    assert manager.post(url("place", bed), said).status_code == 302
    with nothing_written():
        response = manager.post(url("place", bed), said)
    assert response.status_code == 409
    assert "Ce patient est déjà dans le lit 201 F." in text(response)


# Moving, discharging, expecting ---------------------------------------------------------------------------------------


def test_a_patient_is_moved(manager, bed):
    stay, other = present(bed), a_bed(bed.room.unit)
    assert f'<option value="{other.pk}">' in text(manager.get(url("move", stay)))
    assert manager.post(url("move", stay), {"bed": other.pk, "effective_at": TYPED}).status_code == 302
    assert [bed for _unit, bed, *_ in places(stay)] == [bed, other]


def test_a_bed_taken_meanwhile_is_said_beside_the_field_with_the_input_kept(manager, bed):
    stay, other = present(bed), a_bed(bed.room.unit, "202", "P")
    present(other, patient=a_patient("Martin"))
    with nothing_written():
        response = manager.post(url("move", stay), {"bed": other.pk, "effective_at": TYPED}, headers=HTMX)
    assert response.status_code == 409
    select = text(response).split('name="bed"')[1]
    assert f'<option value="{other.pk}" selected>Choix qui n’est plus disponible</option>' in select
    assert "Le lit 202 P est occupé par MARTIN Anne depuis 13:32." in select


def test_an_expected_patient_is_moved_into_a_bed_from_the_list(manager, bed):
    stay = expected(bed.room.unit)
    assert manager.post(url("move", stay), {"bed": bed.pk, "effective_at": TYPED}).status_code == 302
    assert fresh(stay).state == StayState.PRESENT


def test_a_patient_is_discharged_at_the_hour_of_the_departure(manager, bed):
    stay = present(bed)
    assert f'value="{TYPED}"' in text(manager.get(url("discharge", stay)))
    assert manager.post(url("discharge", stay), {"effective_at": "2026-11-21T14:00"}).status_code == 302
    assert fresh(stay).discharged_at == paris("14:00")
    with nothing_written():
        response = manager.post(url("discharge", stay), {"effective_at": TYPED})
    assert response.status_code == 409
    assert "Ce patient est sorti (14:00)." in text(response)


def test_a_departure_before_the_arrival_is_said_beside_its_field(manager, bed):
    response = manager.post(url("discharge", present(bed)), {"effective_at": "2026-11-21T10:00"})
    assert response.status_code == 422
    assert "précède le dernier mouvement (entrée, 13:32)" in text(response)


def test_a_discharge_is_expected_and_left_open_again(manager, bed):
    stay = present(bed)
    assert manager.get(url("expect", stay)).status_code == 200
    said = {"expected_at": "2026-11-22T11:00", "certainty": "probable"}
    for _ in range(2):
        assert manager.post(url("expect", stay), said).status_code == 302
    assert stay.expected_discharges.get().expected_at == paris("2026-11-22 11:00")
    assert 'value="2026-11-22T11:00"' in text(manager.get(url("expect", stay)))
    assert manager.post(url("expect", stay), {"expected_at": "", "certainty": "possible"}).status_code == 302
    assert fresh(stay).expected_discharge_at is None
    assert manager.post(url("expect", stay), {"certainty": "jamais"}).status_code == 422


# Keeping, closing, cleaning -------------------------------------------------------------------------------------------


def test_a_bed_is_kept_and_let_go(manager, bed):
    stay = expected(bed.room.unit)
    assert f'<option value="{stay.pk}">' in text(manager.get(url("reserve", bed)))
    said = {"stay": stay.pk, "expected_at": "2026-11-21T16:00"}
    assert manager.post(url("reserve", bed), said).status_code == 302
    assert stay.reservations.get().expected_at == paris("16:00")
    assert manager.post(url("release", bed)).status_code == 302
    with nothing_written():
        response = manager.post(url("release", bed))
    assert response.status_code == 409
    assert "Le lit 201 F n’est plus réservé." in text(response)


def test_a_bed_kept_meanwhile_says_for_whom(manager, bed):
    stay = expected(bed.room.unit)
    reserve(bed)
    response = manager.post(url("reserve", bed), {"stay": stay.pk, "expected_at": "2026-11-21T16:00"})
    assert response.status_code == 409
    assert "réservé pour DURAND Anne, attendu à 16:00" in text(response)


@pytest.mark.parametrize("year", ["2026-11-20T16:00", "9999-12-31T23:59"])
def test_a_bed_is_kept_for_an_hour_to_come(manager, bed, year):
    stay = expected(bed.room.unit)
    assert manager.post(url("reserve", bed), {"stay": stay.pk, "expected_at": year}).status_code == 422


def test_a_bed_is_closed_and_reopened(manager, bed):
    assert manager.get(url("close", bed)).status_code == 200
    said = CLOSED | {"until": "2026-11-22T08:00"}
    assert manager.post(url("close", bed), said).status_code == 302
    assert Closure.objects.get().ends_at == paris("2026-11-22 08:00")
    assert manager.post(url("close", bed), said).status_code == 409
    assert manager.post(url("reopen", bed)).status_code == 302
    assert manager.post(url("reopen", bed)).status_code == 409


def test_a_closure_that_ends_before_it_begins_is_said_beside_its_field(manager, bed):
    response = manager.post(url("close", bed), CLOSED | {"until": "2026-11-20T08:00"})
    assert response.status_code == 422
    assert "La fin de la fermeture précède son début." in text(response).split('name="until"')[1]
    assert manager.post(url("close", bed), CLOSED | {"reason": "ennui"}).status_code == 422


def test_an_occupied_bed_is_not_closed(manager, bed):
    present(bed, patient=a_patient("Durand"))
    response = manager.post(url("close", bed), CLOSED)
    assert response.status_code == 409
    assert "Le lit 201 F est occupé par DURAND Anne depuis 13:32." in text(response)


def test_a_bed_is_clean_and_the_click_can_be_taken_back(manager, bed):
    answer = manager.post(url("clean", bed), headers=HTMX)
    undo = url("undo-clean", Cleaning.objects.get())
    assert "Lit 201 F propre." in text(answer)
    assert undo in text(answer)
    assert manager.post(undo).status_code == 302
    assert manager.post(undo).status_code == 409
    present(bed)
    assert manager.post(url("clean", bed)).status_code == 409


def test_an_act_is_undone_once(manager, bed):
    stay = present(bed)
    undo = url("undo", last(stay))
    assert "Annulé : entrée, " in text(manager.post(undo, headers=HTMX))
    assert fresh(stay).state == StayState.EXPECTED
    with nothing_written():
        response = manager.post(undo)
    assert response.status_code == 409
    assert "Cet acte est déjà annulé." in text(response)


# Who may not ----------------------------------------------------------------------------------------------------------

ON_A_BED = ("place", "reserve", "release", "clean", "close", "reopen")
ON_A_STAY = ("move", "discharge", "expect")


def rows(bed):
    """Every act with a row on which it makes sense."""
    stay = present(a_bed(bed.room.unit))
    kept, shut = a_bed(bed.room.unit), a_bed(bed.room.unit)
    reserve(kept)
    close(shut)
    cleaning = bed_actions.clean(bed=bed, by=None, at=NOW)
    on_beds = {name: {"release": kept, "reopen": shut}.get(name, bed) for name in ON_A_BED}
    return on_beds | dict.fromkeys(ON_A_STAY, stay) | {"undo": last(stay), "undo-clean": cleaning}


def test_who_may_not_is_told_so(bed):
    acts = rows(bed)
    nobody = browse(a_user(Role.DPO))
    with nothing_written():
        for name, row in acts.items():
            response = nobody.post(url(name, row), {"stay": "1", "effective_at": TYPED}, headers=HTMX)
            assert response.status_code == 403, name
            assert "Votre rôle ne permet pas cette action" in text(response)


def test_an_amh_acts_in_her_units_only(bed):
    acts = rows(bed)
    own, other = browse(a_user(Role.AMH, bed.room.unit)), browse(a_user(Role.AMH, a_unit()))
    for name in ("place", "reserve", *ON_A_STAY):
        assert own.get(url(name, acts[name])).status_code == 200, name
        assert other.get(url(name, acts[name])).status_code == 403, name


def test_a_stay_of_another_unit_cannot_be_slipped_into_a_form(bed):
    there = present(a_bed(a_unit()))
    nurse = browse(a_user(Role.NURSE, bed.room.unit))
    with nothing_written():
        response = nurse.post(url("place", bed), {"stay": there.pk, "effective_at": TYPED})
    assert response.status_code == 403
    assert places(there)[0][3] is None


def test_nobody_acts_without_a_log_in(bed):
    for name, row in rows(bed).items():
        response = Client().post(url(name, row))
        assert (response.status_code, response.url.split("?")[0]) == (302, "/connexion/"), name
        assert Client().post(url(name, row), headers=HTMX).status_code == 401, name


@pytest.mark.parametrize("name", ["release", "clean", "reopen", "undo", "undo-clean"])
def test_an_act_at_once_is_not_done_by_looking(manager, bed, name):
    assert manager.get(url(name, rows(bed)[name])).status_code == 405


def test_what_does_not_exist_is_not_found(manager):
    for name in (*ON_A_BED, *ON_A_STAY, "undo", "undo-clean", "menu"):
        address = reverse(f"board:{name}", args=[999_999])
        assert (manager.get if name == "menu" else manager.post)(address).status_code == 404, name


# The menu of a bed ----------------------------------------------------------------------------------------------------


def test_the_menu_offers_what_makes_sense_and_says_why_not(bed):
    stay = present(bed, patient=a_patient("Durand"))
    physician = browse(a_user(Role.PHYSICIAN, bed.room.unit))
    menu = text(physician.get(url("menu", bed)))
    assert "DURAND Anne" in menu
    assert f'href="{url("discharge", stay)}"' in menu
    reason = menu.split('data-reason="move"')[1]
    assert "Votre rôle ne permet pas cette action dans cette unité." in reason.split("</p>")[0]
    for name in ("place", "clean", "close"):
        assert url(name, bed) not in menu


def test_the_menu_leads_to_the_patient_record_of_the_hospital_for_those_who_read_the_name(bed):
    stay = present(bed, patient=a_patient("Durand"))
    Stay.objects.filter(pk=stay.pk).update(account_number="26 1")
    parameters.change(key="dpi_link", value="https://dpi.example.org/v/{nda}", by=None, at=NOW)
    for user, there in ((a_user(Role.AMH, bed.room.unit), True), (a_user(Role.AMH), False)):
        menu = text(browse(user).get(url("menu", bed)))
        assert ('href="https://dpi.example.org/v/26%201" target="_blank" rel="noopener noreferrer"' in menu) == there


def leave(bed):
    stays.discharge(stay=present(bed), by=None, at=NOW)


@pytest.mark.parametrize(
    ("bring", "offered"),
    [
        (str, ["place", "reserve", "close"]),
        (reserve, ["place", "release", "close"]),
        (close, ["reopen"]),
        (leave, ["place", "clean", "reserve", "close"]),
    ],
    ids=["free", "reserved", "closed", "cleaning"],
)
def test_the_menu_of_an_empty_bed(manager, bed, bring, offered):
    bring(bed)
    menu = text(manager.get(url("menu", bed)))
    assert [name for name in ON_A_BED if f'"{url(name, bed)}"' in menu] == sorted(offered, key=ON_A_BED.index)


def test_the_last_exit_can_be_undone_from_the_bed_for_a_day(manager, bed, clock):
    stay = present(bed)
    stays.discharge(stay=stay, by=None, at=NOW)
    assert url("undo", last(stay)) in text(manager.get(url("menu", bed)))
    clock.move_to(NOW + timedelta(hours=25))
    stranger = browse(a_user(Role.BED_MANAGER))
    assert url("undo", last(stay)) not in text(stranger.get(url("menu", bed)))


def test_the_arrival_that_came_early_is_the_act_to_undo(manager, bed):
    stay = expected(bed.room.unit, expected_at=paris("18:00"))
    stays.place(stay=stay, bed=bed, by=None, at=NOW)
    admission = Movement.objects.latest("pk")
    menu = text(manager.get(url("menu", bed)))
    assert "Annuler : entrée" in menu
    assert url("undo", admission) in menu


def test_opening_a_named_patient_is_written_once_and_a_masked_one_is_not(bed):
    stay = present(bed)
    user = a_user(Role.AMH, bed.room.unit)
    browse(user).get(url("menu", bed))
    trace = AccessTrace.objects.get()
    assert (trace.page, trace.patient_id, trace.stay_id, trace.by) == ("bed", stay.patient_id, stay.pk, user)
    assert (trace.params, trace.unit_id) == ({"bed": bed.pk, "ground": "unit"}, bed.room.unit_id)
    browse(a_user(Role.HOUSEKEEPING)).get(url("menu", bed))
    assert AccessTrace.objects.count() == 1


def test_a_bed_out_of_service_has_no_menu(manager, bed):
    bed.valid_until = NOW - timedelta(minutes=1)
    bed.save()
    response = manager.get(url("menu", bed))
    assert response.status_code == 409
    assert "Le lit 201 F n’est plus en service." in text(response)


def walk(manager, name, stay, **typed):
    """Open the dialog of an act on a stay, then send it."""
    assert manager.get(url(name, stay), headers=HTMX).status_code == 200
    return manager.post(url(name, stay), {"effective_at": TYPED} | typed, headers=HTMX)


def menu_of(manager, bed):
    return text(manager.get(url("menu", bed), headers=HTMX))


def test_a_leave_and_its_return(bed, manager):
    stay = present(bed)
    assert "Permission enregistrée" in text(walk(manager, "leave", stay, until="2026-11-22T18:00"))
    assert fresh(stay).state == StayState.ON_LEAVE
    assert "Retour de permission…" in menu_of(manager, bed)
    assert "Retour enregistré" in text(walk(manager, "come-back", stay))
    assert fresh(stay).state == StayState.PRESENT


def test_a_leave_of_more_than_two_days_is_refused_beside_its_field(bed, manager):
    stay = present(bed)
    response = walk(manager, "leave", stay, until="2026-11-29T18:00")
    assert response.status_code == 422
    assert "Une permission dure deux jours au plus" in text(response)
    assert fresh(stay).state == StayState.PRESENT


def test_the_lounge_frees_the_bed(bed, manager):
    stay = present(bed)
    assert "Au salon de sortie" in text(walk(manager, "lounge", stay))
    assert fresh(stay).state == StayState.LOUNGE
    assert "Attribuer ce lit…" in menu_of(manager, bed)


def test_a_death_keeps_the_bed_and_the_name_until_the_body_has_left(bed, manager):
    stay = present(bed, patient=a_patient("Durand"))
    assert "Décès enregistré." in text(walk(manager, "die", stay))
    page = menu_of(manager, bed)
    assert "DURAND" not in page
    assert "Départ du corps…" in page
    assert "Muter vers…" not in page
    assert "Départ du corps enregistré." in text(walk(manager, "body-left", stay))
    assert fresh(stay).state == StayState.DISCHARGED
    assert "Attribuer ce lit…" in menu_of(manager, bed)


def test_the_ward_confirms_a_departure_that_another_system_told(bed, manager):
    for message in (adt("A01", at=NOW - timedelta(hours=2)), adt("A03", at=NOW)):
        messages.apply_all(messages.receive(message, at=NOW).row, at=NOW)
    assert "départ à confirmer" in menu_of(manager, bed)
    stay = Stay.objects.get()
    assert "Départ confirmé" in text(walk(manager, "depart", stay))
    assert "Lit propre" in menu_of(manager, bed)
    assert "Le départ de ce patient est déjà enregistré." in text(walk(manager, "depart", stay))


def test_a_discharge_says_where_to(bed, manager):
    stay = present(bed)
    walk(manager, "discharge", stay, mode="against_advice")
    assert fresh(stay).exit_mode == ExitMode.AGAINST_ADVICE


def test_nobody_here_fails_to_come_back(bed, manager):
    stay = present(bed)
    response = walk(manager, "discharge", stay, mode="not_returned")
    assert (response.status_code, fresh(stay).state) == (422, StayState.PRESENT)


def test_the_way_back_of_a_reservation_never_lets_go_the_one_of_somebody_else(manager, bed):
    kept = reserve(bed)
    reservations.release(reservation=kept, by=None, at=NOW)
    other = reserve(bed)
    with nothing_written():
        response = manager.post(reverse("board:unreserve", args=[kept.pk]), headers=HTMX)
    assert response.status_code == 409
    assert "Cette réservation est déjà levée." in text(response)
    assert "Lit 201 F : réservation annulée." in text(
        manager.post(reverse("board:unreserve", args=[other.pk]), headers=HTMX)
    )
