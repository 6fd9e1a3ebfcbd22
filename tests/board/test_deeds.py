"""« Mes derniers actes »: each act of the board in a sentence, its way back, or why there is none any more."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from amh.board import deeds
from amh.core import audit
from amh.core.models import AccessTrace, AuditEntry
from amh.core.roles import Role
from patients.actions import (
    beds,
    closures,
    deaths,
    departures,
    expected_discharges,
    leaves,
    movements,
    preadmissions,
    protections,
    reservations,
    stays,
    swaps,
)
from patients.models import Certainty, Protection, StayKind, StayState
from tests.board.browsing import HTMX, browse, text
from tests.expectations import counted, nothing_written
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, fresh, last, present
from wards.models import ClosureReason, UnitKind

pytestmark = pytest.mark.django_db

LIST = "/lits/mes-actes/"
MINUTE = timedelta(minutes=1)
AGO = NOW - 30 * MINUTE


@pytest.fixture
def unit():
    return a_unit("MED", name="Médecine")


@pytest.fixture
def bed(unit):
    return a_bed(unit, "201", "F")


@pytest.fixture
def manager():
    return a_user(Role.BED_MANAGER)


def lines(user):
    """The acts on the page of the person: what is said of each, and whether it can be taken back."""
    page = text(browse(user).get(LIST, headers=HTMX))
    found = re.findall(r"<li>\s*<p>(.*?)</p>(.*?)</li>", page, re.DOTALL)
    said = [re.sub(r"<[^>]*>", "", sentence) for sentence, _way in found]
    reasons = [re.search(r'<p class="help"[^>]*>(.*?)</p>', way) for _sentence, way in found]
    return [(sentence, reason.group(1) if reason else None) for sentence, reason in zip(said, reasons, strict=True)]


def take_back(user, place=0):
    """Press « Annuler » beside one of them."""
    urls = re.findall(r'hx-post="([^"]+)"', text(browse(user).get(LIST, headers=HTMX)))
    return browse(user).post(urls[place], headers=HTMX)


def lying(bed, name="DURAND", **traits):
    return present(bed, patient=a_patient(name, **traits), at=NOW - timedelta(hours=5))


# Each act and its way back --------------------------------------------------------------------------------------------


def moved(bed, by, at=AGO):
    stay = lying(a_bed(bed.room.unit, "202", "P"))
    stays.move(stay=stay, to=bed, by=by, at=at)


def admitted(bed, by, at=AGO):
    stays.admit(stay=expected(bed.room.unit, patient=a_patient("DURAND")), unit=bed.room.unit, bed=bed, by=by, at=at)


def come_without_bed(bed, by, at=AGO):
    stays.admit(stay=expected(bed.room.unit, patient=a_patient("DURAND")), unit=bed.room.unit, bed=None, by=by, at=at)


def preadmitted(bed, by, at=AGO):
    said = {"kind": StayKind.INPATIENT, "expected_at": NOW, "by": by, "at": at}
    stays.preadmit(patient=a_patient("DURAND"), unit=bed.room.unit, **said)


def swapped(bed, by, at=AGO):
    swaps.swap(stay=lying(bed), other=lying(a_bed(bed.room.unit, "202", "P"), "MARTIN"), by=by, at=at)


def waiting(bed, by, at=AGO):
    stays.wait(stay=lying(bed), unit=bed.room.unit, by=by, at=at)


def discharged(bed, by, at=AGO):
    stays.discharge(stay=lying(bed), by=by, at=at)


def on_leave(bed, by, at=AGO):
    leaves.leave(stay=lying(bed), until=NOW + timedelta(hours=5), by=by, at=at)


def back(bed, by, at=AGO):
    stay = lying(bed)
    leaves.leave(stay=stay, until=NOW + timedelta(hours=5), by=None, at=at - MINUTE)
    leaves.come_back(stay=stay, by=by, at=at)


def in_the_lounge(bed, by, at=AGO):
    departures.to_lounge(stay=lying(bed), by=by, at=at)


def at_home(bed, by, at=AGO):
    departures.to_home_care(stay=lying(bed), unit=a_unit("HAD", kind=UnitKind.HOME_CARE), by=by, at=at)


def died(bed, by, at=AGO):
    deaths.die(stay=lying(bed), by=by, at=at)


def body_left(bed, by, at=AGO):
    stay = lying(bed)
    deaths.die(stay=stay, by=None, at=at - MINUTE)
    deaths.body_left(stay=stay, by=by, at=at)


def retimed(bed, by, at=AGO):
    stay = lying(bed)
    stays.discharge(stay=stay, by=None, at=at - MINUTE, effective_at=paris("13:30"))
    movements.retime(movement=last(stay), effective_at=paris("13:10"), by=by, at=at)


def expects(bed, by, at=AGO):
    stay, said = lying(bed), {"certainty": Certainty.CERTAIN, "at": at}
    expected_discharges.expect(stay=stay, expected_at=paris("16:00"), by=None, **said | {"at": at - MINUTE})
    expected_discharges.expect(stay=stay, expected_at=paris("17:00"), by=by, **said)


def rescheduled(bed, by, at=AGO):
    stay = expected(bed.room.unit, patient=a_patient("DURAND"), expected_at=paris("15:00"))
    preadmissions.reschedule(stay=stay, expected_at=paris("18:00"), by=by, at=at)


def called_off(bed, by, at=AGO):
    stay = expected(bed.room.unit, patient=a_patient("DURAND"), expected_at=paris("15:00"))
    preadmissions.cancel(stay=stay, reason="not_come", by=by, at=at)


def reinstated(bed, by, at=AGO):
    stay = expected(bed.room.unit, patient=a_patient("DURAND"), expected_at=paris("15:00"))
    preadmissions.cancel(stay=stay, reason="not_come", by=None, at=at - MINUTE)
    preadmissions.reinstate(stay=stay, by=by, at=at)


def kept(bed, by=None, at=AGO):
    stay = expected(bed.room.unit, patient=a_patient("DURAND"))
    return reservations.reserve(stay=stay, bed=bed, expected_at=paris("16:00"), by=by, at=at)


def let_go(bed, by, at=AGO):
    reservations.release(reservation=kept(bed, at=at - MINUTE), by=by, at=at)


def cleaned(bed, by, at=AGO):
    stays.discharge(stay=lying(bed), by=None, at=at - MINUTE)
    beds.clean(bed=bed, by=by, at=at)


def closed(bed, by=None, at=AGO, **said):
    return closures.close(beds=[bed], reason=ClosureReason.WORKS, by=by, at=at, **said)[0]


def a_room_closed(bed, by, at=AGO):
    a_bed(bed.room.unit, "201", "P")
    closures.close_room(room=bed.room, reason=ClosureReason.WORKS, by=by, at=at)


def reopened(bed, by, at=AGO):
    closed(bed, at=at - MINUTE, until=paris("20:00"))
    beds.reopen(bed=bed, by=by, at=at)


def shortened(bed, by, at=AGO):
    closures.set_end(closure=closed(bed, at=at - MINUTE), until=paris("20:00"), by=by, at=at)


def struck_out(bed, by, at=AGO):
    planned = closed(bed, at=at - MINUTE, starts_at=paris("18:00"), until=paris("20:00"))
    closures.cancel(closure=planned, by=by, at=at)


EVERY_ACT = {
    admitted: "Lit 201 F attribué : DURAND Anne",
    moved: "Lit 201 F attribué : DURAND Anne",
    come_without_bed: "Arrivée enregistrée, sans lit : DURAND Anne",
    preadmitted: "Arrivée prévue : DURAND Anne",
    swapped: "Lits échangés : DURAND Anne (202 P), MARTIN Anne (201 F)",
    waiting: "Sans lit pour l’instant : DURAND Anne",
    discharged: "Sortie enregistrée : DURAND Anne",
    on_leave: "Permission enregistrée : DURAND Anne",
    back: "Retour de permission enregistré : DURAND Anne",
    in_the_lounge: "Au salon de sortie : DURAND Anne",
    at_home: "Passage en HAD enregistré : DURAND Anne",
    died: "Décès enregistré",
    body_left: "Départ du corps enregistré",
    retimed: "Heure corrigée, DURAND Anne : 13:10",
    expects: "Sortie prévue, DURAND Anne : 17:00, certaine",
    rescheduled: "Arrivée prévue, DURAND Anne : 18:00",
    called_off: "Arrivée annulée : DURAND Anne",
    reinstated: "Arrivée prévue de nouveau : DURAND Anne",
    kept: "Lit 201 F réservé : DURAND Anne",
    let_go: "Réservation du lit 201 F levée : DURAND Anne",
    cleaned: "Lit 201 F propre",
    closed: "Lit 201 F fermé",
    a_room_closed: "2 lits fermés, dont 201 F",
    reopened: "Lit 201 F rouvert",
    shortened: "Fin de la fermeture du lit 201 F enregistrée",
    struck_out: "Fermeture prévue du lit 201 F annulée",
}


@pytest.mark.parametrize("does", EVERY_ACT, ids=lambda does: does.__name__)
def test_each_act_is_said_and_taken_back_once(manager, bed, does):
    does(bed, by=manager)
    assert lines(manager) == [(f"14:02 · {EVERY_ACT[does]}", None)]
    before = AuditEntry.objects.latest("pk").pk
    response = take_back(manager)
    assert response.status_code == 200
    assert "Annulé : " in text(response)
    assert AuditEntry.objects.filter(pk__gt=before, action="act.undo", by=manager).count() == 1
    assert lines(manager) == []


def test_what_is_taken_back_is_as_it_was(manager, bed):
    stay = lying(bed)
    said = {"certainty": Certainty.PROBABLE, "by": None}
    expected_discharges.expect(stay=stay, expected_at=paris("16:00"), **said, at=AGO - 3 * MINUTE)
    before = fresh(stay)
    expected_discharges.expect(
        stay=stay, expected_at=None, certainty=Certainty.CERTAIN, by=manager, at=AGO - 2 * MINUTE
    )
    take_back(manager)
    after = fresh(stay)
    assert (after.expected_discharge_at, after.expected_discharge_certainty) == (
        before.expected_discharge_at,
        before.expected_discharge_certainty,
    )
    closure = closed(bed=a_bed(bed.room.unit), at=AGO - MINUTE, until=paris("20:00"))
    beds.reopen(bed=closure.bed, by=manager, at=AGO)
    take_back(manager)
    closure.refresh_from_db()
    assert closure.ends_at == paris("20:00")


def test_the_bed_that_was_kept_before_is_kept_again(manager, bed):
    first = kept(bed)
    other = a_bed(bed.room.unit, "203", "1")
    reservations.reserve(stay=first.stay, bed=other, expected_at=paris("17:00"), by=manager, at=AGO + MINUTE)
    assert not bed.reservations.filter(released_at=None).exists()
    take_back(manager)
    assert bed.reservations.get(released_at=None).pk == first.pk
    assert not other.reservations.filter(released_at=None).exists()


# One after the other --------------------------------------------------------------------------------------------------


def test_the_newest_comes_first_and_the_acts_go_back_one_by_one(manager, bed):
    stay, second, third = lying(bed), a_bed(bed.room.unit, "202", "1"), a_bed(bed.room.unit, "203", "1")
    stays.move(stay=stay, to=second, by=manager, at=AGO)
    stays.move(stay=stay, to=third, by=manager, at=AGO + MINUTE)
    assert lines(manager) == [
        ("14:03 · Lit 203 1 attribué : DURAND Anne", None),
        ("14:02 · Lit 202 1 attribué : DURAND Anne", "Un acte plus récent en dépend : annuler d’abord le dernier."),
    ]
    take_back(manager)
    assert lines(manager) == [("14:02 · Lit 202 1 attribué : DURAND Anne", None)]
    take_back(manager)
    assert stay.placements.get(ends_at=None).bed == bed


def test_an_hour_goes_back_before_the_act_that_it_corrects(manager, bed):
    stay = lying(bed)
    stays.discharge(stay=stay, by=manager, at=AGO)
    movements.retime(movement=last(stay), effective_at=AGO - 5 * MINUTE, by=manager, at=AGO + MINUTE)
    assert [sentence for sentence, _reason in lines(manager)] == [
        "14:03 · Heure corrigée, DURAND Anne : 13:57",
        "14:02 · Sortie enregistrée : DURAND Anne",
    ]
    take_back(manager)
    assert last(stay).effective_at == AGO
    assert lines(manager) == [("14:02 · Sortie enregistrée : DURAND Anne", None)]
    take_back(manager)
    assert fresh(stay).state == StayState.PRESENT


def test_a_bed_taken_over_goes_back_to_the_patient_for_whom_it_was_kept(manager, bed):
    held, stay = kept(bed), expected(bed.room.unit, patient=a_patient("MARTIN"))
    reservations.release(reservation=held, by=manager, at=AGO + MINUTE)
    stays.place(stay=stay, bed=bed, by=manager, at=AGO + MINUTE)
    assert lines(manager) == [
        ("14:03 · Réservation du lit 201 F levée : DURAND Anne · Lit 201 F attribué : MARTIN Anne", None)
    ]
    assert take_back(manager).status_code == 200
    assert bed.reservations.get(released_at=None).pk == held.pk
    assert fresh(stay).state == StayState.EXPECTED


def test_a_double_press_undoes_once(manager, bed):
    cleaned(bed, manager)
    url = re.search(r'hx-post="([^"]+)"', text(browse(manager).get(LIST, headers=HTMX))).group(1)
    assert browse(manager).post(url, headers=HTMX).status_code == 200
    with nothing_written():
        response = browse(manager).post(url, headers=HTMX)
    assert response.status_code == 409
    assert "Cet acte est déjà annulé, ou remplacé par un plus récent." in text(response)


# Why not --------------------------------------------------------------------------------------------------------------


def test_a_bed_given_since_is_the_reason_also_of_an_older_act(manager, bed):
    moved(bed, manager)
    left = bed.room.unit.rooms.get(label="202").beds.get()
    beds.clean(bed=left, by=manager, at=AGO + MINUTE)
    lying_since = NOW - 10 * MINUTE
    present(left, patient=a_patient("MARTIN"), at=lying_since)
    reason = "Le lit 202 P est occupé par MARTIN Anne depuis 14:22."
    assert lines(manager) == [
        ("14:03 · Lit 202 P propre", reason),
        ("14:02 · Lit 201 F attribué : DURAND Anne", f"{reason} Choisir un autre lit."),
    ]
    focus = text(browse(manager).get(LIST, headers=HTMX)).split("autofocus")
    assert len(focus) == 2
    assert focus[0].endswith('<p class="help" tabindex="-1" ')


def test_what_cannot_be_taken_back_any_more_says_so_in_place_when_pressed(manager, bed):
    moved(bed, manager)
    entry = AuditEntry.objects.get(action="stay.move")
    closed(bed.room.unit.rooms.get(label="202").beds.get(), at=AGO + MINUTE)
    with nothing_written():
        response = browse(manager).post(f"{LIST}{entry.pk}/annuler/", headers=HTMX)
    assert response.status_code == 409
    assert "Le lit 202 P est fermé (travaux)." in text(response)


def test_what_others_changed_since_is_there_no_more(manager, bed):
    expects(bed, manager)
    stay = bed.placements.get().stay
    said = {"expected_at": paris("19:00"), "certainty": Certainty.POSSIBLE}
    expected_discharges.expect(stay=stay, **said, by=a_user(Role.BED_MANAGER), at=NOW)
    assert lines(manager) == []


def test_the_act_of_somebody_else_and_what_is_no_act_of_the_board(manager, bed):
    cleaned(bed, manager)
    entry = AuditEntry.objects.get(action="bed.clean")
    other = a_user(Role.BED_MANAGER)
    assert lines(other) == []
    assert browse(other).post(f"{LIST}{entry.pk}/annuler/").status_code == 404
    audit.record("unit.change", subject=bed.room.unit, by=manager, at=NOW)
    response = browse(manager).post(f"{LIST}{AuditEntry.objects.latest('pk').pk}/annuler/")
    assert response.status_code == 409
    assert "Cet acte ne s’annule pas ici." in text(response)


def test_who_lost_the_right_is_told_so(unit):
    bed, nurse = a_bed(unit, "201", "F"), a_user(Role.NURSE, unit)
    discharged(bed, nurse)
    nurse.memberships.all().delete()
    assert lines(nurse) == [
        ("14:02 · Sortie enregistrée : un autre patient", "Votre rôle ne permet pas cette action dans cette unité.")
    ]
    assert take_back_by_hand(nurse).status_code == 403


def take_back_by_hand(user):
    return browse(user).post(f"{LIST}{AuditEntry.objects.filter(by=user).latest('pk').pk}/annuler/")


# Who, when, how much --------------------------------------------------------------------------------------------------


def test_names_are_those_that_the_person_may_know_and_the_reading_is_traced(manager, bed):
    discharged(bed, manager)
    hidden = lying(a_bed(bed.room.unit), "SECRETE")
    stays.discharge(stay=hidden, by=manager, at=AGO + MINUTE)
    protections.protect(stay=hidden, protection=Protection.VIP, by=None, at=NOW)
    page = text(browse(manager).get(LIST))
    assert "SECRETE" not in page
    assert "Sortie enregistrée : un autre patient" in page
    trace = AccessTrace.objects.latest("pk")
    assert (trace.page, trace.by, trace.count, trace.params) == ("acts.mine", manager, 1, {})


def test_only_today_and_what_was_done_shortly_before_midnight(manager, bed, clock):
    discharged(bed, manager)
    clock.move_to(paris("2026-11-21 23:59"))
    assert len(lines(manager)) == 1
    clock.move_to(paris("2026-11-22 00:30"))
    assert lines(manager) == []
    other = a_bed(bed.room.unit, "204", "1")
    stays.discharge(stay=lying(other), by=manager, at=paris("2026-11-21 23:50"))
    assert lines(manager) == [("sam. 21 nov. 23:50 · Sortie enregistrée : DURAND Anne", None)]
    assert deeds.since(timezone.now()) == paris("2026-11-21 20:30")


def test_ten_acts_cost_as_much_as_one_and_no_more_than_ten_are_shown(manager, bed):
    queries, unit = [], bed.room.unit
    for number in range(12):
        to = a_bed(unit, f"3{number:02}", "1")
        stay = lying(a_bed(unit, f"4{number:02}", "1"))
        stays.move(stay=stay, to=to, by=manager, at=AGO + number * MINUTE)
        if number in (0, 9):
            with counted(queries):
                browse(manager).get(LIST)
    assert queries[0] == queries[1]
    assert len(lines(manager)) == 10


@pytest.mark.parametrize("does", [cleaned, kept, let_go, closed, reopened, expects, rescheduled])
def test_ten_of_any_kind_cost_as_much_as_one(manager, unit, does):
    queries = []
    for number in range(10):
        does(a_bed(unit, f"3{number:02}", "1"), by=manager, at=AGO + number * MINUTE)
        if number in (0, 9):
            with counted(queries):
                browse(manager).get(LIST)
    assert queries[0] == queries[1]


def test_nothing_was_done_yet(manager):
    assert "Rien à annuler" in text(browse(manager).get(LIST))


def test_a_name_that_means_harm_stays_a_name(manager, bed):
    stays.discharge(stay=lying(bed, "<script>alert(1)</script>"), by=manager, at=AGO)
    page = browse(manager).get(LIST).content.decode()
    assert "<script>alert(1)".upper() not in page.upper()
    assert "&LT;SCRIPT&GT;" in page.upper()


def test_the_same_thing_done_twice_at_one_instant_is_two_acts(manager, bed):
    other = a_bed(bed.room.unit, "203", "1")
    for each in (bed, other):
        beds.clean(bed=each, by=manager, at=AGO)
    assert lines(manager) == [("14:02 · Lit 203 1 propre", None), ("14:02 · Lit 201 F propre", None)]
    take_back(manager)
    assert lines(manager) == [("14:02 · Lit 201 F propre", None)]
    assert not other.cleanings.filter(cancelled_at=None).exists()
