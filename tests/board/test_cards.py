"""One card, whatever brings it: the page, the stream, and each language and audience."""

from datetime import timedelta

import pytest
from django.test import Client

from amh.board import boards
from amh.board.audiences import Audience
from amh.board.topics import BoardTopic
from amh.core.live import feed
from amh.core.live.sweeps import sweep
from amh.core.live.topics import Event
from amh.core.roles import Role
from patients import events
from patients.actions import beds as bed_actions
from patients.actions import deaths, expected_discharges, flags, leaves, reservations, stays
from patients.models import Certainty, FlagKind, MovementKind, Patient, Stay
from tests.board.browsing import browse, card
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, present, told
from tests.factories.records import a_flag
from wards.models import Bed, Closure, ClosureKind, ClosureReason

pytestmark = pytest.mark.django_db


def free(bed):
    """Leave the bed as it is."""


def reserved(bed):
    stay = expected(bed.room.unit, patient=a_patient("Durand"))
    reservations.reserve(stay=stay, bed=bed, expected_at=paris("16:00"), by=None, at=NOW)


def occupied(bed):
    present(bed, patient=a_patient("Durand"), at=NOW - timedelta(days=2))


def leaving(bed):
    stay = present(bed, patient=a_patient("Durand"))
    expected_discharges.expect(stay=stay, expected_at=paris("17:00"), certainty=Certainty.PROBABLE, by=None, at=NOW)


def cleaning(bed):
    stays.discharge(stay=present(bed), by=None, at=NOW)


def closed(bed):
    bed_actions.close(bed=bed, reason=ClosureReason.WORKS, by=None, at=NOW, until=paris("2026-11-23 08:00"))


def blocked(bed):
    bed_actions.close(bed=bed, reason=ClosureReason.RADIATION, kind=ClosureKind.BLOCKED, by=None, at=NOW)


def on_leave(bed):
    stay = present(bed, patient=a_patient("Durand"), at=NOW - timedelta(days=2))
    leaves.leave(stay=stay, until=paris("20:00"), by=None, at=NOW)


def late_from_leave(bed):
    stay = present(bed, patient=a_patient("Durand"), at=NOW - timedelta(days=2))
    leaves.leave(stay=stay, until=NOW - timedelta(hours=1), by=None, at=NOW - timedelta(hours=20))


def departing(bed):
    stay = present(bed, patient=a_patient("Durand"))
    told(stay, MovementKind.DISCHARGE, at=paris("14:20"))


def deceased(bed):
    deaths.die(stay=present(bed, patient=a_patient("Durand")), by=None, at=NOW)


def closed_over(bed):
    present(bed, patient=a_patient("Durand"))
    Closure.objects.create(bed=bed, reason=ClosureReason.WORKS, starts_at=NOW, entered_at=NOW)


def claimed(bed):
    present(bed, patient=a_patient("Durand"))
    newcomer = present(bed.room.unit, patient=a_patient("Martin"))
    told(newcomer, MovementKind.TRANSFER, at=paris("14:00"), place=bed)


def isolated(bed):
    a_flag(present(bed, patient=a_patient("Durand")).patient, FlagKind.AIRBORNE_PRECAUTIONS)


def kept(bed):
    stay = present(a_unit("BLOC", name="Bloc 1"), patient=a_patient("Durand"))
    reservations.reserve(stay=stay, bed=bed, expected_at=paris("16:00"), by=None, at=NOW)


def hosted(bed):
    stay = present(bed, patient=a_patient("Durand"))
    Stay.objects.filter(pk=stay.pk).update(unit=a_unit("HEMATO", name="Hématologie"))


def homonym(bed):
    Patient.objects.filter(pk=present(bed, patient=a_patient("Durand")).patient_id).update(homonym=True)


STATES = (free, reserved, occupied, leaving, cleaning, closed, blocked)
OTHERS = {
    on_leave: "occupied",
    late_from_leave: "occupied",
    departing: "leaving",
    deceased: "blocked",
    closed_over: "closed",
    claimed: "occupied",
    isolated: "occupied",
    kept: "reserved",
    hosted: "occupied",
    homonym: "occupied",
}
"""What else a card may show, and the state that it then has."""

NAMED = {reserved, occupied, leaving, *OTHERS} - {deceased}
WORDS = {
    "reserved": ["Réservé", "attendu 16:00"],
    "occupied": ["Occupé", "J2", "à fixer"],
    "leaving": ["Sortant", "17:00", "probable"],
    "free": ["Libre", "propre"],
    "cleaning": ["À nettoyer", "depuis 14:32"],
    "closed": ["Fermé", "travaux", "23/11"],
    "blocked": ["Neutralisé", "radioprotection"],
    "on_leave": ["Occupé", "en permission, retour 20:00"],
    "late_from_leave": ["Occupé", "en permission, retour prévu 13:32, dépassé", "badge loud"],
    "departing": ["Sortant", "sortie saisie à 14:20, départ à confirmer"],
    "deceased": ["Neutralisé", "ne pas attribuer", "#closed"],
    "closed_over": ["Fermé", "travaux", "patient présent", "badge loud"],
    "claimed": ["Occupé", "lit à confirmer", "badge loud"],
    "isolated": ["Occupé", "précautions air", 'data-marks="isolement sans-date"'],
    "kept": ["Réservé", "lit gardé · Bloc 1 · attendu 16:00"],
    "hosted": ["Occupé", "hébergé · Hématologie", 'data-marks="heberge sans-date"'],
    "homonym": ["Occupé", "homonyme", 'data-marks="homonyme sans-date"'],
}


@pytest.mark.parametrize("bring", [*STATES, *OTHERS])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("mode", ["full", "masked", "wall"])
def test_the_card_of_the_stream_is_the_card_of_the_page(bring, language, mode):
    bed = a_bed(a_unit("MED"), "201", "F")
    bring(bed)
    user = a_user(Role.HOUSEKEEPING if mode == "masked" else Role.BED_MANAGER)
    options = {"mode": "mural"} if mode == "wall" else {}
    page = browse(user).get("/lits/", options, headers={"Accept-Language": language}).content.decode()
    topic = BoardTopic()
    viewers = topic.audience(user, language=language, options=options)
    events = topic.compose(topic.collect([bed.pk], at=NOW), viewers)
    assert [event.name for event in events] == ["card", "unit"]
    assert events[0].data.strip() == card(page, bed)
    assert events[1].data in page
    assert f'data-bed="MED-201-F" data-state="{OTHERS.get(bring, bring.__name__)}"' in events[0].data
    assert ("DURAND" in events[0].data) == (mode == "full" and bring in NAMED)
    assert ("<a " in events[0].data) == ("<a " in events[1].data) == (mode != "wall")


@pytest.mark.parametrize("bring", [isolated, kept, hosted, homonym])
def test_a_wall_says_nothing_of_what_a_patient_has_nor_where_they_are(bring):
    bed = a_bed(a_unit("MED"), "201", "F")
    bring(bed)
    board = boards.read(NOW)
    (row,) = [row for row in board.rows if row.bed_id == bed.pk]
    html = board.card(row, Audience("fr", frozenset(), wall=True))
    for word in ("précautions", "Bloc", "Hématologie", "homonyme", "hébergé", "data-marks", "data-stay"):
        assert word not in html


@pytest.mark.parametrize(("bring", "known"), [(isolated, True), (hosted, False), (homonym, False)])
def test_who_may_not_know_a_patient_learns_of_precautions_and_no_more(bring, known):
    bed = a_bed(a_unit("MED"), "201", "F")
    bring(bed)
    board = boards.read(NOW)
    html = board.card(board.rows[0], Audience("fr", frozenset()))
    assert ("précautions air" in html) == ("isolement" in html) == known
    assert "homonym" not in html
    assert "heberg" not in html


def test_precautions_that_were_lifted_are_on_no_card():
    bed = a_bed(a_unit("MED"), "201", "F")
    stay = present(bed, at=NOW - timedelta(days=3))
    flag = a_flag(stay.patient, starts_at=NOW - timedelta(days=2))
    flags.lift(flag=flag, by=None, at=NOW - timedelta(days=1))
    moments = {days: boards.read(NOW - timedelta(days=days, hours=1)) for days in (0, 1, 2)}
    said = {days: "précautions" in board.card(board.rows[0], Audience("fr", None)) for days, board in moments.items()}
    assert said == {0: False, 1: True, 2: False}


def test_the_hour_of_the_last_event_is_said_the_same_day_only():
    bed = a_bed(a_unit("MED"), "201", "F")
    present(bed, at=paris("09:20"))
    today, tomorrow = boards.read(NOW), boards.read(NOW + timedelta(days=1))
    assert '<p class="changed-at"><span class="visually-hidden">dernier événement </span>09:20</p>' in today.card(
        today.rows[0], Audience("fr", None)
    )
    assert "changed-at" not in tomorrow.card(tomorrow.rows[0], Audience("fr", None))


@pytest.mark.parametrize("bring", [*STATES, *OTHERS])
def test_a_card_says_its_state_in_words(bring):
    bed = a_bed(a_unit())
    bring(bed)
    page = browse(a_user(Role.BED_MANAGER)).get("/lits/").content.decode()
    assert [word for word in WORDS[bring.__name__] if word not in card(page, bed)] == []


def test_the_day_changes_the_card_at_midnight():
    bed = a_bed(a_unit())
    leaving(bed)
    topic = BoardTopic()
    before, after = (topic.fingerprints(at=at)[bed.pk] for at in (paris("16:59"), paris("17:01")))
    assert before != after
    assert topic.fingerprints(at=paris("23:59"))[bed.pk] != topic.fingerprints(at=paris("2026-11-22 00:00"))[bed.pk]


def test_a_bed_that_leaves_service_at_its_hour_has_the_board_loaded_again():
    bed = a_bed(a_unit())
    Bed.objects.filter(pk=bed.pk).update(valid_until=paris("18:00"))
    topic = BoardTopic()
    topic.name = "lits, un autre jour"  # a running server sweeps the board by its own clock
    sweep(topic, at=paris("17:58"))
    start = feed.here()
    assert sweep(topic, at=paris("17:59")) == 0
    assert sweep(topic, at=paris("18:00")) == 2
    assert feed.since(start).refs == {events.BOARD: {bed.pk, 0}}
    assert topic.compose(topic.collect([bed.pk, 0], at=paris("18:00")), Audience("fr", None)) == [Event("reset", "{}")]


def test_a_head_alone_may_be_asked_for():
    unit = a_unit()
    present(unit, patient=a_patient("Durand"))
    a_bed(unit)
    topic = BoardTopic()
    (event,) = topic.compose(topic.collect([-unit.pk], at=NOW), Audience("fr", None))
    assert (event.name, "DURAND" in event.data, f'id="unite-{unit.pk}"' in event.data) == ("unit", True, True)


def test_the_head_on_a_wall_screen_bears_the_code_of_its_unit():
    unit = a_unit("USP", name="Soins palliatifs")
    topic = BoardTopic()
    collected = topic.collect([-unit.pk], at=NOW)
    for wall in (False, True):
        (event,) = topic.compose(collected, Audience("fr", frozenset(), wall=wall))
        assert ("Soins palliatifs" in event.data, "<h2>USP</h2>" in event.data) == (not wall, wall)


def test_the_clock_alone_makes_a_leave_overdue_and_a_kept_bed_due():
    unit = a_unit()
    bed, other = a_bed(unit), a_bed(unit)
    on_leave(bed)
    waiting = present(unit)
    reservations.reserve(stay=waiting, bed=other, expected_at=paris("16:00"), by=None, at=NOW)
    topic = BoardTopic()
    for before, after, ref in (("20:00", "20:01", bed.pk), ("20:00", "20:01", -unit.pk), ("23:59", "23:58", 0)):
        old, new = (topic.fingerprints(at=paris(hour)) for hour in (before, after))
        assert (old.get(ref) != new.get(ref)) == bool(ref)


def test_a_card_is_drawn_again_when_a_namesake_arrives():
    unit = a_unit()
    first, second = a_bed(unit), a_bed(unit)
    present(first, patient=a_patient("Levy"))
    viewers = Audience("fr", None)
    alone = boards.read(NOW)
    present(second, patient=a_patient("Levy"))
    both = boards.read(NOW)
    cards = [board.card(board.rows_by_unit[unit.pk][0], viewers) for board in (alone, both)]
    assert ["homonyme" in html for html in cards] == [False, True]


def test_a_card_is_kept_for_each_language():
    bed = a_bed(a_unit())
    topic = BoardTopic()
    collected = topic.collect([bed.pk], at=NOW)
    for language, word in (("fr", "Libre"), ("en", "Free"), ("fr", "Libre")):
        assert word in topic.compose(collected, Audience(language, None))[0].data


def test_who_may_watch_is_who_may_look():
    topic = BoardTopic()
    roles = (Role.HOUSEKEEPING, Role.WALL, Role.INTERFACE)
    assert [topic.may_open(a_user(role)) for role in roles] == [True, True, False]
    assert Client().get("/lits/").status_code == 302
