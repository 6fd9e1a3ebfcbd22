"""The acts of the ward beyond placing and discharging: exchange, doubt, home care, hours, closures, certainty."""

from datetime import timedelta

import pytest
from django.urls import reverse

from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.actions import closures, deaths, departures, expected_discharges, leaves, stays
from patients.models import Certainty, MovementKind, Reservation, Stay, StayKind, StayState
from tests.board.browsing import HTMX, board, browse, card, text
from tests.expectations import nothing_written, places
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import AN_HOUR, expected, fresh, last, present, told
from wards.models import Closure, ClosureKind, ClosureReason, UnitKind

pytestmark = pytest.mark.django_db
TYPED = "2026-11-21T14:32"


@pytest.fixture
def unit():
    return a_unit("MED", name="Médecine")


@pytest.fixture
def bed(unit):
    return a_bed(unit, "201", "F")


@pytest.fixture
def other_bed(unit):
    return a_bed(unit, "202", "P")


@pytest.fixture
def manager():
    return browse(a_user(Role.BED_MANAGER))


def url(name, row, *more):
    return reverse(f"board:{name}", args=[row.pk, *more])


def press(client, address, **typed):
    return client.post(address, typed, headers=HTMX)


def menu(client, bed):
    return text(client.get(url("menu", bed), headers=HTMX))


def stay_menu(client, stay):
    return text(client.get(url("stay-menu", stay), headers=HTMX))


def offered(page):
    """The acts that a menu offers, and those that it refuses."""
    possible, _, refused = page.partition('<details class="refused">')
    return [[piece.split('"')[0] for piece in part.split('data-act="')[1:]] for part in (possible, refused)]


def undo_of(response):
    """Press the way back that an answer offers, with what it sends."""
    page = text(response)
    address = page.split('hx-post="')[1].split('"')[0]
    fields = [piece.split(">")[0] for piece in page.split('<input type="hidden" ')[1:]]
    pairs = {one.split('name="')[1].split('"')[0]: one.split('value="')[1].split('"')[0] for one in fields}
    return address, {name: value for name, value in pairs.items() if name != "csrfmiddlewaretoken"}


# Exchange -------------------------------------------------------------------------------------------------------------


def test_two_patients_exchange_their_beds_and_take_it_back(manager, bed, other_bed):
    one, other = present(bed, patient=a_patient("Durand")), present(other_bed, patient=a_patient("Martin"))
    form = text(manager.get(url("swap", one), headers=HTMX))
    assert f'<option value="{other.pk}">202 P · MARTIN Anne · 12/03/1958</option>' in form
    assert f'<option value="{one.pk}">' not in form
    answer = press(manager, url("swap", one), other=other.pk, effective_at=TYPED)
    assert "Lits échangés : DURAND Anne au 202 P, MARTIN Anne au 201 F." in text(answer)
    assert [places(stay)[-1][1] for stay in (one, other)] == [other_bed, bed]
    with nothing_written():
        assert press(manager, url("swap", one), other=one.pk, effective_at=TYPED).status_code == 409
    address, fields = undo_of(answer)
    assert press(manager, address, **fields).status_code == 200
    assert [places(stay)[-1][1] for stay in (one, other)] == [bed, other_bed]


def test_who_cannot_exchange_is_not_offered_and_is_refused_in_words(manager, bed, other_bed):
    one, gone = present(bed), present(other_bed, patient=a_patient("Martin"))
    deaths.die(stay=gone, by=None, at=NOW)
    assert f'<option value="{gone.pk}">' not in text(manager.get(url("swap", one)))
    with nothing_written():
        response = press(manager, url("swap", one), other=gone.pk, effective_at=TYPED)
    assert response.status_code == 409
    assert "MARTIN" not in text(response)


def test_a_masked_patient_is_exchanged_by_the_bed_alone(unit, bed):
    there = a_bed(a_unit(), "301", "")
    other = present(there, patient=a_patient("Secret", protected=True))
    form = text(browse(a_user(Role.BED_MANAGER)).get(url("swap", present(bed))))
    assert f'<option value="{other.pk}">301 · Patient</option>' in form


# A bed that two are said to be in ------------------------------------------------------------------------------------


@pytest.fixture
def doubt(bed, other_bed):
    """MARTIN, said to be in the bed that DURAND holds, was in the other one before."""
    holder = present(bed, patient=a_patient("Durand"), at=paris("09:00"))
    newcomer = present(other_bed, patient=a_patient("Martin"), at=paris("10:00"))
    told(newcomer, MovementKind.TRANSFER, at=paris("14:00"), place=bed)
    return holder, newcomer


def test_a_doubt_is_shown_on_the_card_in_the_list_and_in_words(manager, bed, doubt):
    holder, newcomer = doubt
    page = board(a_user(Role.BED_MANAGER))
    assert 'class="badge loud"' in card(page, bed)
    assert "lit à confirmer" in card(page, bed)
    assert '<b data-count="to_confirm">1</b>' in page
    assert "dit au lit 201 F depuis 14:00, tenu par DURAND Anne" in page
    for shown in (menu(manager, bed), stay_menu(manager, newcomer)):
        assert f'href="{url("reconcile", newcomer)}"' in shown
    form = text(manager.get(url("reconcile", newcomer), headers=HTMX))
    assert "MARTIN Anne depuis 14:00" in form
    assert "DURAND Anne depuis 09:00" in form
    assert "MARTIN Anne est dans le lit 201 F, DURAND Anne dans le lit 202 P." in form
    traced = AccessTrace.objects.filter(page="stay.reconcile").values_list("stay_id", flat=True)
    assert set(traced) == {holder.pk, newcomer.pk}


@pytest.mark.parametrize(
    ("answer", "state", "where"),
    [
        ("left", StayState.DISCHARGED, ("bed", "bed")),
        ("swapped", StayState.PRESENT, ("other_bed", "bed")),
        ("mistaken", StayState.PRESENT, ("bed", "other_bed")),
    ],
)
def test_one_click_answers_a_doubt_and_another_takes_it_back(manager, bed, other_bed, doubt, answer, state, where):
    holder, newcomer = doubt
    before = [places(stay) for stay in doubt]
    response = press(manager, url("reconcile", newcomer), answer=answer)
    assert "Lit 201 F confirmé." in text(response)
    named = {"bed": bed, "other_bed": other_bed}
    assert fresh(holder).state == state
    assert [places(stay)[-1][1] for stay in doubt] == [named[name] for name in where]
    assert press(manager, url("reconcile", newcomer), answer=answer).status_code == 409
    address, fields = undo_of(response)
    assert press(manager, address, **fields).status_code == 200
    assert [places(stay) for stay in doubt] == before


def test_a_doubt_needs_an_answer_and_keeps_what_was_typed(manager, bed, other_bed, doubt):
    free = a_bed(bed.room.unit, "203", "")
    response = press(manager, url("reconcile", doubt[1]), bed=free.pk, mode="home")
    assert response.status_code == 422
    assert "Choisir l’une des réponses" in text(response)
    assert f'<option value="{free.pk}" selected>' in text(response)
    assert press(manager, url("reconcile", doubt[1]), bed=free.pk, answer="swapped").status_code == 200
    assert places(doubt[0])[-1][1] == free


def test_one_patient_in_two_stays_is_asked_of_otherwise(manager, bed, other_bed):
    who = a_patient("Durand")
    first = present(bed, patient=who, at=paris("09:00"))
    second = expected(bed.room.unit, patient=who)
    told(second, MovementKind.ADMISSION, at=paris("14:00"), place=other_bed)
    form = text(manager.get(url("reconcile", second), headers=HTMX))
    assert "L’autre séjour est fini" in form
    assert 'value="swapped"' not in form
    assert "dit dans un autre séjour depuis 14:00" in board(a_user(Role.BED_MANAGER))
    assert press(manager, url("reconcile", second), answer="left").status_code == 200
    assert fresh(first).state == StayState.DISCHARGED


def test_who_may_not_answer_sees_no_name_and_no_button(bed, doubt):
    stranger = browse(a_user(Role.AMH, a_unit()))
    assert press(stranger, url("reconcile", doubt[1]), answer="left").status_code == 403
    for role, may in ((Role.PORTER, False), (Role.NURSE, True), (Role.PHYSICIAN, True)):
        browser = browse(a_user(role, bed.room.unit))
        for shown in (menu(browser, bed), stay_menu(browser, doubt[1])):
            assert (f'href="{url("reconcile", doubt[1])}"' in shown) == may
    page = board(a_user(Role.HOUSEKEEPING))
    assert "tenu par un autre patient" in page
    assert "DURAND" not in page


# Home care, hours, certainty ------------------------------------------------------------------------------------------


def test_home_care_ends_this_stay_and_begins_another(manager, bed):
    stay = present(bed, patient=a_patient("Durand"))
    assert "home-care" not in menu(manager, bed)
    home = a_unit("HAD", name="HAD", kind=UnitKind.HOME_CARE)
    assert "Passage en HAD…" in menu(manager, bed)
    assert "HAD" not in board(a_user(Role.BED_MANAGER)).split('id="plan"')[1].split("</template>")[0]
    assert f'<option value="{home.pk}">' in text(manager.get(url("home-care", stay)))
    answer = press(manager, url("home-care", stay), unit=home.pk, effective_at=TYPED)
    assert "Passage en HAD enregistré : DURAND Anne, HAD." in text(answer)
    assert Stay.objects.get(kind=StayKind.HOME_CARE).state == StayState.PRESENT
    assert press(manager, url("home-care", stay), unit=home.pk, effective_at=TYPED).status_code == 409
    address, fields = undo_of(answer)
    press(manager, address, **fields)
    assert (fresh(stay).state, Stay.objects.get(kind=StayKind.HOME_CARE).state) == (
        StayState.PRESENT,
        StayState.CANCELLED,
    )


def test_home_care_is_begun_by_those_who_register(bed):
    stay, home = present(bed), a_unit("HAD", kind=UnitKind.HOME_CARE)
    nurse = browse(a_user(Role.NURSE, bed.room.unit))
    refused = menu(nurse, bed).split('data-reason="home-care"')[1].split("</p>")[0]
    assert "Votre rôle ne permet pas cette action." in refused
    assert nurse.get(url("home-care", stay)).status_code == 403
    assert press(nurse, url("home-care", stay), unit=home.pk, effective_at=TYPED).status_code == 403


def test_the_hour_of_the_last_act_is_corrected(manager, bed):
    stay = present(bed)
    stays.discharge(stay=stay, by=None, at=NOW)
    assert "Corriger l’heure : sortie…" in menu(manager, bed)
    exit_ = last(stay)
    assert f'value="{TYPED}"' in text(manager.get(url("retime", exit_)))
    unchanged = press(manager, url("retime", exit_), effective_at=TYPED)
    assert (unchanged.status_code, "déjà enregistrée" in text(unchanged)) == (422, True)
    assert press(manager, url("retime", exit_), effective_at="2026-11-21T13:00").status_code == 422
    answer = press(manager, url("retime", exit_), effective_at="2026-11-21T14:05")
    assert "Heure corrigée : 14:05." in text(answer)
    assert fresh(stay).discharged_at == paris("14:05")
    assert press(manager, url("retime", exit_), effective_at="2026-11-21T14:06").status_code == 409


def test_what_cannot_be_corrected_is_not_offered(manager, bed, other_bed):
    one, other = present(bed), present(other_bed)
    assert press(manager, url("swap", one), other=other.pk, effective_at=TYPED).status_code == 200
    assert "retime" not in offered(menu(manager, bed))[0]
    assert "undo" in offered(menu(manager, bed))[0]


def test_one_key_says_how_sure_an_exit_is(manager, bed):
    stay = present(bed)
    assert "certain" not in offered(menu(manager, bed))[0]
    expected_discharges.expect(stay=stay, expected_at=paris("17:00"), certainty=Certainty.POSSIBLE, by=None, at=NOW)
    assert [key for key in offered(menu(manager, bed))[0] if key in Certainty.values] == ["certain", "probable"]
    answer = press(manager, url("be-sure", stay, "certain"))
    assert "Sortie certaine : " in text(answer)
    assert (fresh(stay).expected_discharge_certainty, fresh(stay).expected_discharge_at) == ("certain", paris("17:00"))
    assert press(manager, url("be-sure", stay, "jamais")).status_code == 422
    address, fields = undo_of(answer)
    press(manager, address, **fields)
    assert fresh(stay).expected_discharge_certainty == "possible"


def test_an_expected_exit_is_taken_back_to_what_it_was(manager, bed):
    stay = present(bed)
    answer = press(manager, url("expect", stay), expected_at="2026-11-22T11:00", certainty="probable")
    address, fields = undo_of(answer)
    assert press(manager, address, **fields).status_code == 200
    assert (fresh(stay).expected_discharge_at, fresh(stay).expected_discharge_certainty) == (None, "possible")


def test_after_an_act_was_taken_back_the_one_before_it_is_next(manager, bed, clock):
    stay = present(bed)
    for minute, day in ((1, "22"), (2, "23")):
        clock.move_to(NOW + timedelta(minutes=minute))
        answer = press(manager, url("expect", stay), expected_at=f"2026-11-{day}T11:00", certainty="probable")
    clock.move_to(NOW + timedelta(minutes=3))
    press(manager, undo_of(answer)[0])
    assert fresh(stay).expected_discharge_at == paris("2026-11-22 11:00")
    acts = text(manager.get(reverse("board:deeds"), headers=HTMX))
    press(manager, acts.split('hx-post="')[1].split('"')[0])
    assert fresh(stay).expected_discharge_at is None


# Closures -------------------------------------------------------------------------------------------------------------

SAID = {"kind": "closed", "reason": "staff"}


def test_a_unit_is_closed_for_a_time_to_come_changed_and_given_back(manager, unit, bed, other_bed, clock):
    form = text(manager.get(url("close", bed), headers=HTMX))
    assert "toute l’unité Médecine, 2 lits" in form
    assert "la chambre" not in form
    typed = SAID | {"what": "unit", "starts_at": "2026-11-23T08:00", "until": "2026-11-27T18:00"}
    answer = press(manager, url("close", bed), **typed)
    assert "2 lits fermés à partir du lun. 23 nov. 08:00." in text(answer)
    first, second = Closure.objects.order_by("bed_id")
    assert "Fermeture prévue lun. 23 nov. 08:00…" in menu(manager, other_bed)
    page = text(manager.get(url("closure", first)))
    assert "Les 2 lits fermés ensemble" in page
    assert "Annuler la fermeture" in page
    clock.move_to(NOW + timedelta(minutes=1))
    shorter = press(manager, url("closure", first), until="2026-11-25T12:00", together="on")
    assert {one.ends_at for one in Closure.objects.all()} == {paris("2026-11-25 12:00")}
    address, fields = undo_of(shorter)
    press(manager, address, **fields)
    assert {one.ends_at for one in Closure.objects.all()} == {paris("2026-11-27 18:00")}
    alone = press(manager, url("closure", second), until="2026-11-24T12:00")
    assert (alone.status_code, Closure.objects.get(pk=first.pk).ends_at) == (200, paris("2026-11-27 18:00"))
    cancelled = press(manager, url("closure", first), now="1", together="on")
    assert "Fermeture annulée." in text(cancelled)
    assert Closure.objects.get(pk=first.pk).ends_at == first.starts_at
    assert Closure.objects.get(pk=second.pk).ends_at == paris("2026-11-24 12:00")


def test_a_room_is_closed_and_that_is_taken_back_at_once(manager, bed):
    a_bed(bed.room.unit, "201", "P")
    answer = press(manager, url("close", bed), what="room", **SAID)
    assert "2 lits fermés." in text(answer)
    assert card(board(a_user(Role.BED_MANAGER)), bed).count('data-state="closed"') == 1
    address, fields = undo_of(answer)
    assert "Annulé : 2 lits fermés" in text(press(manager, address, **fields))
    assert 'data-state="free"' in card(board(a_user(Role.BED_MANAGER)), bed)


def test_reopening_is_taken_back_with_the_end_that_was(manager, bed):
    closures.close(beds=[bed], reason=ClosureReason.WORKS, until=paris("2026-11-22 08:00"), by=None, at=NOW - AN_HOUR)
    assert offered(menu(manager, bed))[0] == ["reopen", "closure"]
    answer = press(manager, url("reopen", bed))
    address, fields = undo_of(answer)
    assert press(manager, address, **fields).status_code == 200
    assert Closure.objects.get().ends_at == paris("2026-11-22 08:00")


@pytest.mark.parametrize(
    ("typed", "status", "says"),
    [
        ({"what": "unit"}, 409, "DURAND Anne"),
        ({"what": "bed", "starts_at": "2026-11-23T08:00"}, 409, "dont la sortie n’est pas prévue avant"),
        ({"what": "bed", "until": "2026-11-20T08:00"}, 422, "La fin de la fermeture précède son début."),
        ({"what": "étage"}, 422, "Sélectionnez un choix valide"),
        ({"what": "bed", "kind": "peint"}, 422, "Sélectionnez un choix valide"),
        ({"what": "bed", "starts_at": "hier"}, 422, "Indiquer une date et une heure"),
    ],
)
def test_a_closure_that_cannot_be_is_refused_in_words(manager, bed, other_bed, typed, status, says):
    present(bed, patient=a_patient("Durand"))
    with nothing_written():
        response = press(manager, url("close", bed), **SAID | typed)
    assert (response.status_code, says in text(response)) == (status, True)


def test_the_end_of_a_closure_is_refused_in_words(manager, bed):
    closure, *_ = closures.close(beds=[bed], reason=ClosureReason.WORKS, by=None, at=NOW - AN_HOUR)
    for until in ("2026-11-20T08:00", "2026-11-21T14:00"):
        assert press(manager, url("closure", closure), until=until).status_code == 422
    assert press(browse(a_user(Role.NURSE, bed.room.unit)), url("closure", closure), now="1").status_code == 403
    press(manager, url("closure", closure), now="1")
    assert press(manager, url("closure", closure), now="1").status_code == 409


# The menus ------------------------------------------------------------------------------------------------------------


def lying(bed):
    present(bed)


def away(bed):
    leaves.leave(stay=present(bed), until=paris("20:00"), by=None, at=NOW)


def leaving(bed):
    told(present(bed), MovementKind.DISCHARGE, at=NOW - timedelta(minutes=5))


def dead(bed):
    deaths.die(stay=present(bed), by=None, at=NOW)


def closed_over(bed):
    present(bed)
    Closure.objects.create(bed=bed, reason=ClosureReason.WORKS, starts_at=NOW - AN_HOUR, entered_at=NOW)


HERE = ["discharge", "move", "swap", "expect"]
END = ["record", "retime", "undo"]
WAITING = ["expect", "wait", "leave", "lounge", "die", *END]
AWAITED = ["arrive", "reschedule", "cancel", "expect", "record", "undo"]


@pytest.mark.parametrize(
    ("bring", "acts"),
    [
        (lying, [*HERE, "wait", "leave", "lounge", "die", *END, "close"]),
        (away, ["come-back", *HERE, "die", *END, "close"]),
        (leaving, ["depart", "die", "record", "undo", "close"]),
        (dead, ["body-left", *END, "close"]),
        (closed_over, [*HERE, "wait", "leave", "lounge", "die", *END, "reopen", "closure"]),
    ],
)
def test_the_menu_of_a_bed_follows_its_patient(manager, bed, bring, acts):
    bring(bed)
    assert offered(menu(manager, bed)) == [acts, []]


@pytest.mark.parametrize("bring", [dead])
def test_nobody_learns_of_a_death_who_does_not_act_on_it(bed, bring):
    bring(bed)
    for user in (a_user(Role.HOUSEKEEPING), a_user(Role.AMH, a_unit())):
        page = menu(browse(user), bed) + board(user)
        assert [word for word in ("corps", "décès", "décédé") if word in page.lower().split("<dialog")[0]] == []
        assert offered(menu(browse(user), bed)) == [[], ["close"]]


def waits(unit):
    return present(unit, patient=a_patient("Durand"))


def in_the_lounge(unit):
    stay = present(a_bed(unit), patient=a_patient("Durand"))
    departures.to_lounge(stay=stay, by=None, at=NOW)
    return stay


def awaited(unit):
    return expected(unit, patient=a_patient("Durand"))


def dead_without_a_bed(unit):
    stay = present(unit, patient=a_patient("Durand"))
    deaths.die(stay=stay, by=None, at=NOW)
    return stay


@pytest.mark.parametrize(
    ("bring", "situation", "acts"),
    [
        (waits, "Sans lit · présent depuis 13:32", ["move", "discharge", *WAITING]),
        (in_the_lounge, "Au salon de sortie · depuis 14:32", ["discharge", "move", "expect", "die", *END]),
        (awaited, "Attendus ce jour · attendu à 13:32", ["move", *AWAITED]),
        (dead_without_a_bed, "Départ à enregistrer · présent depuis 13:32", ["body-left", *END]),
    ],
)
def test_the_menu_of_a_patient_without_a_bed(manager, unit, bring, situation, acts):
    stay = bring(unit)
    page = stay_menu(manager, stay)
    assert situation in page
    assert offered(page) == [acts, []]
    assert ("DURAND" in page) == (bring is not dead_without_a_bed)
    assert url("stay-menu", stay) in board(a_user(Role.BED_MANAGER))


def test_the_record_opens_to_those_who_may_and_others_ask(bed):
    stay = present(bed)
    record, ask = (reverse(f"patients:{name}", args=[stay.patient_id]) for name in ("record", "accesses-ask"))
    for user, address in (
        (a_user(Role.NURSE, bed.room.unit), record),
        (a_user(Role.NURSE, a_unit()), ask),
        (a_user(Role.PORTER), None),
    ):
        page = menu(browse(user), bed)
        assert [f'href="{one}"' in page for one in (record, ask)] == [one == address for one in (record, ask)]


def test_a_leave_is_shown_loud_once_it_is_overdue(bed, clock):
    stay = present(bed, patient=a_patient("Durand"))
    leaves.leave(stay=stay, until=paris("18:00"), by=None, at=NOW)
    user = a_user(Role.BED_MANAGER)
    page = board(user)
    assert "en permission, retour 18:00" in card(page, bed)
    assert "badge loud" not in card(page, bed)
    assert '<details class="listing" data-list="leave">' in page
    clock.move_to(paris("18:01"))
    late = board(a_user(Role.BED_MANAGER))
    assert 'class="badge loud"' in card(late, bed)
    assert '<div class="listing loud" data-list="leave">' in late
    assert "lit 201 F · retour prévu 18:00, dépassé" in late
    clock.move_to(NOW)
    planned = board(a_user(Role.BED_MANAGER), a="2026-11-21T18:30").split('id="plan"')[1].split("</main>")[0]
    assert ["retour prévu 18:00" in planned, "dépassé" in planned, "loud" in planned] == [True, False, False]


@pytest.mark.parametrize(
    ("unit_kind", "stay_kind", "kept", "key"),
    [
        (UnitKind.INPATIENT, StayKind.INPATIENT, False, "waiting"),
        (UnitKind.INPATIENT, StayKind.INPATIENT, True, "day_zero"),
        (UnitKind.INPATIENT, StayKind.SESSION, False, "received"),
        (UnitKind.INPATIENT, StayKind.DAY_SURGERY, False, "received"),
        (UnitKind.THEATRE, StayKind.INPATIENT, False, "theatre"),
        (UnitKind.THEATRE, StayKind.INPATIENT, True, "theatre"),
        (UnitKind.DAY_HOSPITAL, StayKind.INPATIENT, False, "received"),
    ],
)
def test_only_a_bed_that_was_due_is_loud(bed, unit_kind, stay_kind, kept, key):
    unit = a_unit(kind=unit_kind)
    stay = present(unit)
    Stay.objects.filter(pk=stay.pk).update(kind=stay_kind)
    if kept:
        answer = press(
            browse(a_user(Role.BED_MANAGER)), url("reserve", bed), stay=stay.pk, expected_at="2026-11-21T16:00"
        )
        assert answer.status_code == 200
    page = board(a_user(Role.BED_MANAGER))
    assert [name for name in ("waiting", "day_zero", "theatre", "received") if f'data-list="{name}"' in page] == [key]
    assert ("attendu au lit 201 F" in page) == kept


def test_a_bed_that_is_let_go_is_kept_again(manager, bed):
    stay = expected(bed.room.unit)
    press(manager, url("reserve", bed), stay=stay.pk, expected_at="2026-11-21T16:00")
    kept = stay.reservations.get()
    Reservation.objects.filter(pk=kept.pk).update(expected_at=paris("14:00"), starts_at=paris("13:00"))
    address, fields = undo_of(press(manager, url("release", bed)))
    assert "gardé de nouveau" in text(press(manager, address, **fields))
    assert stay.reservations.get(released_at=None) == kept


def test_a_blocked_bed_is_closed_in_its_own_way(manager, bed):
    press(manager, url("close", bed), what="bed", kind="blocked", reason="radiation")
    assert Closure.objects.get().kind == ClosureKind.BLOCKED
