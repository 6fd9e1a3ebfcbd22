"""A patient dropped on a bed: done at once when it is plain, else explained, with the ways out that are open."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from amh.core.models import AccessTrace
from amh.core.roles import ROLES, Permission, Role, Scope
from patients.actions import beds as bed_actions
from patients.actions import deaths, departures, leaves, reservations, stays
from patients.models import Sex, StayState
from tests.board.browsing import HTMX, browse, text
from tests.expectations import nothing_written, places, undone
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, fresh, last, present
from wards.models import ClosureReason

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return a_unit("MED")


@pytest.fixture
def bed(unit):
    return a_bed(unit, "203", "P")


@pytest.fixture
def haddad(unit):
    """Somebody who lies in a room of their own."""
    return present(a_bed(unit, "208", "P"), patient=a_patient("Haddad"))


@pytest.fixture
def manager():
    return browse(a_user(Role.BED_MANAGER))


def drop(client, stay, bed, **said):
    """Drop the patient on the bed, from where they are unless another ``origin`` is said."""
    place = stay.placements.filter(ends_at=None).first()
    origin = place.bed_id if place and place.bed_id else ""
    address = reverse("board:drop", args=[bed.pk])
    return client.post(address, {"stay": stay.pk, "origin": origin} | said, headers=HTMX)


def ways(response):
    """The ways out that are offered, each with the words on it and why it is refused."""
    found = {}
    for item in re.findall(r"<li>(.*?)</li>", text(response).split('<ul class="ways">')[1], re.DOTALL):
        key = re.search(r'data-act="([\w-]+)"', item)
        if key:
            label = re.search(r"</svg>([^<]*)", item).group(1)
            refusal = re.search(r'id="motif-[\w-]+">([^<]*)<', item)
            found[key.group(1)] = (label, refusal and refusal.group(1))
    return found


def said(response):
    """The ways out that can be pressed."""
    return [key for key, (_label, refusal) in ways(response).items() if not refusal]


def keep(bed, name="Durand"):
    stay = expected(bed.room.unit, patient=a_patient(name))
    return reservations.reserve(stay=stay, bed=bed, expected_at=paris("16:00"), by=None, at=NOW)


def close(bed):
    return bed_actions.close(bed=bed, reason=ClosureReason.WORKS, by=None, at=NOW)


def soil(bed):
    stays.discharge(stay=present(bed), by=None, at=NOW)


# Done at once ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prepare", [str, soil], ids=["free", "to clean"])
def test_a_present_patient_is_moved_at_once_and_can_be_put_back(manager, haddad, bed, prepare):
    prepare(bed)
    answer = drop(manager, haddad, bed)
    assert answer.status_code == 200
    assert "Lit 203 P attribué : HADDAD Anne." in text(answer)
    assert places(haddad)[-1] == (bed.room.unit, bed, NOW, None)
    manager.post(reverse("board:undo", args=[last(haddad).pk]))
    assert places(haddad)[-1][1].room.label == "208"


def test_a_bed_kept_for_this_very_patient_takes_them_at_once(manager, haddad, bed):
    reservations.reserve(stay=haddad, bed=bed, expected_at=paris("16:00"), by=None, at=NOW)
    assert "Lit 203 P attribué" in text(drop(manager, haddad, bed))


def test_from_a_list_somebody_without_a_bed_or_in_the_lounge_is_installed(manager, unit, bed):
    waiting = present(unit, patient=a_patient("Durand"))
    assert "Lit 203 P attribué : DURAND Anne." in text(drop(manager, waiting, bed))


def test_in_their_own_bed_nothing_happens_and_nothing_is_said(manager, haddad):
    with nothing_written():
        answer = drop(manager, haddad, haddad.placements.get().bed)
    assert (answer.status_code, answer.content) == (204, b"")


# Explained ------------------------------------------------------------------------------------------------------------


def test_a_held_bed_names_its_patient_and_offers_to_exchange_to_keep_it_or_another(manager, haddad, bed):
    present(bed, patient=a_patient("Martin"))
    with nothing_written():
        answer = drop(manager, haddad, bed)
    assert answer.status_code == 409
    assert "HADDAD Anne → lit 203\u00a0P" in text(answer)
    assert "Le lit 203 P est occupé par MARTIN Anne depuis 13:32." in text(answer)
    assert ways(answer) == {
        "swap": ("Échanger HADDAD Anne et MARTIN Anne", None),
        "reserve": (
            "Réserver ce lit pour HADDAD Anne après le départ de MARTIN Anne",
            "La sortie de MARTIN Anne est à fixer d’abord.",
        ),
        "move": ("Choisir un autre lit…", None),
    }
    assert f'href="{reverse("board:move", args=[haddad.pk])}"' in text(answer)


def leaving(bed, at):
    martin = present(bed, patient=a_patient("Martin"))
    martin.expected_discharge_at = at
    martin.save()
    return martin


def test_two_patients_exchange_their_beds_by_one_press(manager, haddad, bed):
    martin = present(bed, patient=a_patient("Martin"))
    answer = drop(manager, haddad, bed, choice="swap", other=martin.pk)
    assert "Lits échangés : HADDAD Anne au 203 P, MARTIN Anne au 208 P." in text(answer)
    assert [places(stay)[-1][1].room.label for stay in (haddad, martin)] == ["203", "208"]


def test_a_held_bed_is_kept_for_after_the_departure_of_its_patient(manager, haddad, bed):
    leaving(bed, paris("17:30"))
    label, refusal = ways(drop(manager, haddad, bed))["reserve"]
    assert (label[-8:], refusal) == (" (17:30)", None)
    answer = drop(manager, haddad, bed, choice="reserve")
    assert "Lit 203 P réservé : HADDAD Anne, attendu à 17:30." in text(answer)
    assert haddad.reservations.get().expected_at == paris("17:30")
    manager.post(reverse("board:release", args=[bed.pk]))
    assert haddad.reservations.get().released_at == NOW


def test_a_departure_that_is_overdue_tells_no_hour_for_which_to_keep_the_bed(manager, haddad, bed):
    leaving(bed, paris("14:00"))
    answer = drop(manager, haddad, bed)
    assert ways(answer)["reserve"][1] == "La sortie prévue de MARTIN Anne est dépassée : la prévoir à nouveau."
    with nothing_written():
        assert drop(manager, haddad, bed, choice="reserve").status_code == 409


def test_somebody_who_comes_after_the_departure_is_awaited_at_their_own_hour(manager, unit, bed):
    leaving(bed, paris("15:00"))
    stay = expected(unit, expected_at=paris("18:00"))
    assert said(drop(manager, stay, bed)) == ["reserve", "move"]
    drop(manager, stay, bed, choice="reserve")
    assert stay.reservations.get().expected_at == paris("18:00")


def test_a_bed_kept_for_somebody_else_is_taken_over_and_handed_back(manager, haddad, bed):
    kept = keep(bed)
    answer = drop(manager, haddad, bed)
    assert answer.status_code == 409
    assert "Le lit 203 P est réservé pour DURAND Anne, attendu à 16:00." in text(answer)
    label = "Lever la réservation de DURAND Anne et installer HADDAD Anne"
    assert ways(answer) == {"take-over": (label, None), "move": ("Choisir un autre lit…", None)}

    answer = drop(manager, haddad, bed, choice="take-over", other=kept.stay_id)
    assert "Lit 203 P attribué : HADDAD Anne. La réservation est levée." in text(answer)
    kept.refresh_from_db()
    assert (places(haddad)[-1][1], kept.released_at) == (bed, NOW)

    undo = re.search(r'hx-post="(/mouvements/\d+/rendre/\d+/)"', text(answer)).group(1)
    assert "Annulé : HADDAD Anne. Le lit 203 P est gardé de nouveau." in text(manager.post(undo, headers=HTMX))
    kept.refresh_from_db()
    assert (places(haddad)[-1][1].room.label, kept.released_at) == ("208", None)
    with nothing_written():
        assert manager.post(undo, headers=HTMX).status_code == 409


def test_nobody_loses_a_kept_bed_whose_name_was_not_read(manager, haddad, bed):
    first = keep(bed)
    reservations.release(reservation=first, by=None, at=NOW)
    keep(bed, "Petit")
    with nothing_written():
        answer = drop(manager, haddad, bed, choice="take-over", other=first.stay_id)
    assert "réservé pour PETIT Anne" in text(answer)


def test_a_bed_no_longer_kept_is_simply_given(manager, haddad, bed):
    answer = drop(manager, haddad, bed, choice="take-over")
    assert "Lit 203 P attribué : HADDAD Anne." in text(answer)


def test_a_closed_bed_says_why_and_who_may_reopen_it(unit, haddad, bed):
    close(bed)
    answer = drop(browse(a_user(Role.BED_MANAGER)), haddad, bed)
    assert "Le lit 203 P est fermé (travaux)." in text(answer)
    assert ways(answer)["reopen"] == ("Rouvrir le lit", None)
    assert f'hx-post="{reverse("board:reopen", args=[bed.pk])}"' in text(answer)
    _label, refusal = ways(drop(browse(a_user(Role.AMH, unit)), haddad, bed))["reopen"]
    assert "Votre rôle ne permet pas cette action dans cette unité. Qui le peut : " in refusal
    assert "gestionnaire des lits" in refusal


def test_a_bed_that_is_gone_leads_to_another_one(manager, haddad, bed):
    bed.valid_until = NOW - timedelta(minutes=1)
    bed.save()
    answer = drop(manager, haddad, bed)
    assert "Le lit 203 P n’est pas en service à cette heure." in text(answer)
    assert said(answer) == ["move"]


def test_somebody_who_is_expected_has_come_or_is_awaited_there(manager, unit, bed):
    stay = expected(unit, patient=a_patient("Durand"), expected_at=paris("16:00"))
    with nothing_written():
        answer = drop(manager, stay, bed)
    assert (answer.status_code, said(answer)) == (200, ["place", "reserve", "move"])
    assert "DURAND Anne est attendu à 16:00 : est-il arrivé ?" in text(answer)
    assert ways(answer)["reserve"][0] == "Réserver ce lit pour 16:00"
    drop(manager, stay, bed, choice="reserve")
    assert stay.reservations.get().expected_at == paris("16:00")
    assert said(drop(manager, stay, bed)) == ["place", "move"]
    assert "Lit 203 P attribué : DURAND Anne." in text(drop(manager, stay, bed, choice="place"))
    assert fresh(stay).state == StayState.PRESENT


def test_somebody_who_is_late_is_awaited_at_the_next_hour(manager, unit, bed):
    stay = expected(unit, expected_at=paris("13:00"))
    assert ways(drop(manager, stay, bed))["reserve"][0] == "Réserver ce lit pour 15:00"


def test_somebody_who_has_left_has_no_way_out(manager, haddad, bed):
    origin = haddad.placements.get().bed_id
    stays.discharge(stay=haddad, by=None, at=NOW)
    answer = drop(manager, haddad, bed, origin=origin)
    assert (answer.status_code, ways(answer)) == (409, {})
    assert "Ce patient est sorti (14:32)." in text(answer)


def test_somebody_taken_to_the_lounge_meanwhile_is_not_brought_back(manager, haddad, bed):
    origin = haddad.placements.get().bed_id
    departures.to_lounge(stay=haddad, by=None, at=NOW)
    with nothing_written():
        assert "Ce patient est au salon de sortie" in text(drop(manager, haddad, bed, origin=origin))
    assert "Lit 203 P attribué" in text(drop(manager, haddad, bed))


def test_the_second_of_two_who_take_one_patient_is_told_where_they_are(manager, unit, haddad, bed):
    origin, other = haddad.placements.get().bed_id, a_bed(unit, "205", "P")
    drop(manager, haddad, other)
    with nothing_written():
        answer = drop(manager, haddad, bed, origin=origin)
    assert "Entre-temps, HADDAD Anne a changé de lit : au lit 205 P depuis 14:32." in text(answer)
    assert ways(answer) == {
        "place": ("Installer quand même au lit 203 P", None),
        "move": ("Choisir un autre lit…", None),
    }
    assert "Lit 203 P attribué" in text(drop(manager, haddad, bed, choice="place"))


def test_somebody_who_lost_their_bed_meanwhile_is_said_to_be_without(manager, unit, haddad, bed):
    origin = haddad.placements.get().bed_id
    stays.wait(stay=haddad, unit=unit, by=None, at=NOW)
    answer = drop(manager, haddad, bed, origin=origin)
    assert "Entre-temps, HADDAD Anne a quitté son lit : en Unité MED, sans lit, depuis 14:32." in text(answer)


def test_an_exchange_pressed_twice_is_done_once(manager, haddad, bed):
    martin = present(bed, patient=a_patient("Martin"))
    origin = haddad.placements.get().bed_id
    pressed = {"choice": "swap", "other": martin.pk, "origin": origin}
    drop(manager, haddad, bed, **pressed)
    with nothing_written():
        answer = drop(manager, haddad, bed, **pressed)
    assert (answer.status_code, ways(answer)) == (409, {})


def test_an_exchange_with_somebody_who_has_left_the_bed_is_not_made(manager, haddad, bed):
    martin = present(bed, patient=a_patient("Martin"))
    drop(manager, martin, a_bed(bed.room.unit))
    with nothing_written():
        answer = drop(manager, haddad, bed, choice="swap", other=martin.pk)
    assert "Entre-temps, MARTIN Anne a quitté le lit 203 P." in text(answer)


@pytest.mark.parametrize(
    "data", [{}, {"stay": "douze"}, {"stay": "1", "choice": "voler"}, {"stay": "1", "origin": "x"}]
)
def test_what_cannot_be_read_is_said(manager, bed, data):
    answer = manager.post(reverse("board:drop", args=[bed.pk]), data, headers=HTMX)
    assert answer.status_code == 422
    assert "Ce déplacement n’a pas été compris." in text(answer)


# Advised against ------------------------------------------------------------------------------------------------------


def test_a_mixed_room_is_advised_against_until_somebody_has_read_so(manager, unit, bed):
    present(a_bed(unit, "203", "F"), patient=a_patient("Martin", sex=Sex.FEMALE))
    haddad = present(a_bed(unit, "208", "P"), patient=a_patient("Haddad", sex=Sex.MALE))
    with nothing_written():
        answer = drop(manager, haddad, bed)
    assert (answer.status_code, said(answer)) == (200, ["place", "move"])
    assert "Placement déconseillé. Rien n’est encore fait." in text(answer)
    assert "La chambre 203 serait mixte : MARTIN Anne y est." in text(answer)
    with nothing_written():
        drop(manager, haddad, bed, choice="place")
    read = re.findall(r'name="read" value="([\w-]+)"', text(answer))
    assert "Lit 203 P attribué" in text(drop(manager, haddad, bed, choice="place", read=read))


def test_the_advice_stands_beside_the_exchange_that_it_is_about(manager, unit, haddad, bed):
    martin = present(bed, patient=a_patient("Martin"))
    martin.unit = a_unit("ONCO")
    martin.save()
    other = present(a_bed(a_unit("CHIR"), "301", "P"), patient=a_patient("Durand"))
    answer = drop(manager, other, bed)
    assert "Déconseillé : Ce patient serait hébergé en Unité MED" in text(answer)
    with nothing_written():
        again = drop(manager, other, bed, choice="swap", other=martin.pk)
    assert said(again) == said(answer) == ["swap", "move"]
    read = re.findall(r'name="read" value="([\w-]+)"', text(answer))
    assert len(read) == 2
    assert "Lits échangés" in text(drop(manager, other, bed, choice="swap", other=martin.pk, read=read))


def test_somebody_on_leave_gets_another_bed_and_stays_away(manager, haddad, bed):
    leaves.leave(stay=haddad, until=paris("20:00"), by=None, at=NOW)
    answer = drop(manager, haddad, bed, origin="")
    assert "Ce patient est en permission : ce lit lui sera gardé" in text(answer)
    drop(manager, haddad, bed, choice="place", read=[f"on_leave-{haddad.pk}"])
    assert (places(haddad)[-1][1], fresh(haddad).state) == (bed, StayState.ON_LEAVE)


# Who may, and who is named --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_every_trade_by_its_rights(unit, haddad, bed, role):
    held = ROLES[role].get(Permission.PLACE)
    for units, may in (((unit,), held is not None), ((a_unit(),), held == Scope.HOSPITAL)):
        with undone():
            answer = drop(browse(a_user(role, *units)), haddad, bed)
            assert answer.status_code == (200 if may else 403)
            assert (places(haddad)[-1][1] == bed) is may


def test_a_bed_of_another_unit_leads_back_to_those_that_one_may_give(unit, haddad):
    there = a_bed(a_unit("CHIR"), "301", "P")
    present(there, patient=a_patient("Secrete"))
    answer = drop(browse(a_user(Role.AMH, unit)), haddad, there)
    assert (answer.status_code, said(answer)) == (403, ["move"])
    assert "SECRETE" not in text(answer)


def test_a_patient_of_another_unit_is_neither_moved_nor_named(unit, bed):
    there = present(a_bed(a_unit("CHIR")), patient=a_patient("Secrete"))
    nurse = browse(a_user(Role.NURSE, unit))
    for given in ({}, {"choice": "place"}, {"origin": ""}):
        with nothing_written():
            answer = drop(nurse, there, bed, **given)
        assert answer.status_code == 403
        assert "SECRETE" not in text(answer)


def test_a_protected_patient_is_moved_without_being_named(manager, haddad, bed):
    haddad.protected = True
    haddad.save()
    present(bed, patient=a_patient("Martin"))
    answer = drop(manager, haddad, bed)
    assert "Patient → lit 203\u00a0P" in text(answer)
    assert "HADDAD" not in text(answer)


def test_nobody_learns_of_a_death_from_a_bed_that_is_not_to_be_given(manager, haddad, bed):
    martin = present(bed, patient=a_patient("Martin"))
    deaths.die(stay=martin, by=None, at=NOW)
    answer = drop(manager, haddad, bed)
    assert (answer.status_code, said(answer)) == (409, ["move"])
    assert "MARTIN" not in text(answer)
    assert "décé" not in text(answer)


def test_who_is_named_in_an_explanation_was_read_each_once(manager, haddad, bed):
    martin = present(bed, patient=a_patient("Martin"))
    drop(manager, haddad, bed)
    traces = AccessTrace.objects.filter(page="stay.drop")
    assert sorted(traces.values_list("stay_id", flat=True)) == [haddad.pk, martin.pk]


def test_a_name_that_means_harm_stays_text(manager, unit, bed):
    stay = present(a_bed(unit), patient=a_patient("<script>alert(1)</script>"))
    present(bed, patient=a_patient("<b>gras"))
    answer = drop(manager, stay, bed)
    assert b"<script>alert" not in answer.content
    assert b"<b>gras" not in answer.content.lower()


def test_without_scripts_the_explanation_is_a_page(manager, haddad, bed):
    present(bed)
    answer = manager.post(reverse("board:drop", args=[bed.pk]), {"stay": haddad.pk, "origin": ""})
    assert "<html" in text(answer)
    assert manager.get(reverse("board:drop", args=[bed.pk])).status_code == 405


# By the forms ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["move", "place"])
def test_a_form_says_the_same_advice_and_takes_it_as_read_when_sent_again(manager, unit, bed, name):
    present(a_bed(unit, "203", "F"), patient=a_patient("Martin", sex=Sex.FEMALE))
    haddad = present(unit, patient=a_patient("Haddad", sex=Sex.MALE))
    row, field = {"move": (haddad, {"bed": bed.pk}), "place": (bed, {"stay": haddad.pk})}[name]
    address, typed = reverse(f"board:{name}", args=[row.pk]), field | {"effective_at": "2026-11-21T14:20"}
    with nothing_written():
        answer = manager.post(address, typed, headers=HTMX)
    assert answer.status_code == 409
    assert "La chambre 203 serait mixte : MARTIN Anne y est. Appuyer de nouveau" in text(answer)
    assert 'value="2026-11-21T14:20"' in text(answer)
    read = re.findall(r'name="read" value="([\w-]+)"', text(answer))
    assert "Lit 203 P attribué" in text(manager.post(address, typed | {"read": read}, headers=HTMX))
    assert places(haddad)[-1][1:3] == (bed, paris("14:20"))
