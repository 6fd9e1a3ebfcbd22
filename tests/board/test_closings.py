import re
from datetime import time, timedelta

import pytest
from django.urls import reverse

from amh.board import boards
from amh.board.audiences import Audience
from amh.board.closings import Kind, back_at, questions
from amh.core.models import AccessTrace, ParameterValue
from amh.core.roles import Role
from patients.actions import deaths, departures, leaves, reservations
from patients.actions import expected_discharges as expectations
from patients.models import Certainty, MovementKind, Stay, StayKind
from patients.rules.exits import Settled
from tests.board.browsing import HTMX, browse, text
from tests.expectations import counted
from tests.factories.calendars import OFFICE_HOURS, a_calendar
from tests.factories.clocks import LONG_AGO, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import AN_HOUR, expected, fresh, present, told
from wards.weeks import WHOLE_DAY, Span

pytestmark = pytest.mark.django_db

MIDNIGHT = time(0)
WEEK = {0: [Span(time(7), MIDNIGHT)], **{key: [WHOLE_DAY] for key in (1, 2, 3)}, 4: [Span(MIDNIGHT, time(18))]}
THURSDAY, FRIDAY, SATURDAY = paris("2026-11-19 14:00"), paris("2026-11-20 10:00"), paris("2026-11-21 10:00")
CLOSES, OPENS = paris("2026-11-20 18:00"), paris("2026-11-23 07:00")


@pytest.fixture(autouse=True)
def friday(clock):
    """The board is asked on a Friday morning."""
    clock.move_to(FRIDAY)


@pytest.fixture
def unit():
    return a_unit("SEM", name="Hôpital de semaine", calendar=a_calendar(hours=WEEK), position=1)


def lies(place, name="", *, at=FRIDAY - 24 * AN_HOUR, exit_at=None, certainty=Certainty.POSSIBLE, kind=None):
    stay = present(place, patient=a_patient(name), at=at)
    if exit_at is not None:
        expectations.expect(stay=stay, expected_at=exit_at, certainty=certainty, by=None, at=at)
    if kind:
        Stay.objects.filter(pk=stay.pk).update(kind=kind)
    return fresh(stay)


def asked(unit, at=FRIDAY):
    return questions(boards.read(at), at).get(unit.pk)


def answers(question):
    return {guest.known.stay_id: guest.settled for guest in question.guests}


def test_nothing_is_asked_of_a_unit_without_a_calendar_nor_long_before(unit):
    ward = a_unit("MED")
    lies(a_bed(ward))
    lies(a_bed(unit))
    assert asked(ward) is None
    assert asked(unit, THURSDAY - 3 * AN_HOUR) is None
    assert asked(unit, THURSDAY).kind == Kind.CLOSING


def test_the_friday_asks_where_those_go_whose_exit_is_not_certain(unit):
    unknown = lies(a_bed(unit))
    probable = lies(a_bed(unit), exit_at=CLOSES - AN_HOUR, certainty=Certainty.PROBABLE)
    sure = lies(a_bed(unit), exit_at=CLOSES, certainty=Certainty.CERTAIN)
    too_late = lies(a_bed(unit), exit_at=CLOSES + AN_HOUR, certainty=Certainty.CERTAIN)
    overdue = lies(a_bed(unit), exit_at=FRIDAY - AN_HOUR, certainty=Certainty.CERTAIN)
    without = lies(unit)

    question = asked(unit)

    assert (question.kind, question.closes_at, question.opens_at) == (Kind.CLOSING, CLOSES, OPENS)
    assert answers(question) == {
        sure.pk: Settled.EXITS,
        **dict.fromkeys((unknown.pk, probable.pk, too_late.pk, overdue.pk, without.pk)),
    }
    assert (question.undecided, question.overdue) == (5, False)
    assert question.label(now=FRIDAY) == "5 patients à orienter avant 18:00"
    assert question.url == "/lits/fermeture/?unite=SEM"


def test_other_ways_out_are_answers_too(unit):
    moving, leaving, told_of, session = (lies(a_bed(unit)) for _ in range(4))
    reservations.reserve(stay=moving, bed=a_bed(a_unit("CHIR")), expected_at=CLOSES - AN_HOUR, by=None, at=FRIDAY)
    departures.to_lounge(stay=leaving, by=None, at=FRIDAY)
    told(told_of, MovementKind.DISCHARGE, at=FRIDAY - timedelta(minutes=10), now=FRIDAY)
    Stay.objects.filter(pk=session.pk).update(kind=StayKind.SESSION)

    assert answers(asked(unit)) == {
        moving.pk: Settled.MOVES,
        leaving.pk: Settled.LEAVING,
        told_of.pk: Settled.LEAVING,
        session.pk: Settled.OF_A_DAY,
    }
    assert asked(unit).label(now=FRIDAY) == "ferme à 18:00, chacun sait où il va"


def test_a_bed_kept_in_the_unit_itself_is_no_way_out(unit):
    stay = lies(unit)
    reservations.reserve(stay=stay, bed=a_bed(unit), expected_at=CLOSES - AN_HOUR, by=None, at=FRIDAY)
    assert answers(asked(unit)) == {stay.pk: None}


def test_a_leave_is_an_answer_when_it_lasts_until_the_opening():
    holiday = {day: [Span(time(7), MIDNIGHT)] for day in range(5)}
    eve = paris("2026-11-10 20:00")
    unit = a_unit(calendar=a_calendar(hours=holiday))
    back_in_time, back_too_soon = (lies(a_bed(unit), at=eve - 24 * AN_HOUR) for _ in range(2))
    for stay, until in ((back_in_time, paris("2026-11-12 07:00")), (back_too_soon, paris("2026-11-11 18:00"))):
        leaves.leave(stay=stay, until=until, by=None, at=eve)

    assert answers(asked(unit, eve)) == {back_in_time.pk: Settled.AWAY, back_too_soon.pk: None}
    shut = asked(unit, paris("2026-11-11 10:00"))
    assert (shut.kind, shut.undecided) == (Kind.SHUT, 1)


def test_those_who_are_expected_before_the_closing_are_asked_for_too(unit):
    today = expected(unit, at=FRIDAY, expected_at=FRIDAY + AN_HOUR)
    after = expected(unit, at=FRIDAY, expected_at=CLOSES + AN_HOUR)
    tomorrow = expected(unit, at=THURSDAY, expected_at=paris("2026-11-20 09:00"))

    assert set(answers(asked(unit))) == {today.pk, tomorrow.pk}
    assert set(answers(asked(unit, THURSDAY))) == {today.pk, tomorrow.pk}
    assert after.pk not in answers(asked(unit))


def test_a_dead_patient_is_asked_for_nowhere(unit):
    stay = lies(a_bed(unit))
    deaths.die(stay=stay, effective_at=FRIDAY - AN_HOUR, by=None, at=FRIDAY)
    assert answers(asked(unit)) == {}
    assert asked(unit, SATURDAY) is None


def test_somebody_who_is_still_there_when_the_unit_is_shut_is_loud(unit):
    session = lies(a_bed(unit), kind=StayKind.SESSION)
    sure = lies(a_bed(unit), exit_at=CLOSES, certainty=Certainty.CERTAIN)

    question = asked(unit, SATURDAY)

    assert (question.kind, question.closes_at, question.opens_at, question.overdue) == (Kind.SHUT, None, OPENS, True)
    assert answers(question) == {session.pk: None, sure.pk: None}
    assert question.label(now=SATURDAY) == "2 patients présents, unité fermée"


def test_an_empty_unit_that_is_shut_asks_nothing_and_one_that_closes_is_settled(unit):
    assert asked(unit, SATURDAY) is None
    assert asked(unit).undecided == 0


def test_a_unit_that_never_opens_asks_for_whoever_is_in_it():
    unit = a_unit(calendar=a_calendar())
    assert asked(unit) is None
    lies(a_bed(unit))
    assert (asked(unit).kind, asked(unit).opens_at, asked(unit).undecided) == (Kind.SHUT, None, 1)


def test_a_unit_that_closes_at_midnight():
    unit = a_unit(calendar=a_calendar(hours={key: [WHOLE_DAY] for key in range(5)}))
    stay = lies(a_bed(unit), exit_at=paris("2026-11-21 00:00"), certainty=Certainty.CERTAIN)
    question = asked(unit)
    assert (question.closes_at, question.opens_at) == (paris("2026-11-21 00:00"), paris("2026-11-23 00:00"))
    assert answers(question) == {stay.pk: Settled.EXITS}
    assert asked(unit, paris("2026-11-21 00:00")).overdue


@pytest.mark.parametrize("day", ["2026-03-27", "2026-10-23"])
def test_the_week_end_on_which_the_clock_changes(unit, day):
    at = paris(f"{day} 10:00")
    lies(a_bed(unit), at=at - AN_HOUR)
    question = asked(unit, at)
    assert question.closes_at == paris(f"{day} 18:00")
    assert (question.opens_at.astimezone(at.tzinfo).hour, question.opens_at.astimezone(at.tzinfo).weekday()) == (7, 0)


def test_at_two_before_days_off_every_unit_settles_its_uncertain_exits(unit):
    ward = a_unit("MED", name="Médecine")
    unsure = lies(a_bed(ward), exit_at=SATURDAY, certainty=Certainty.PROBABLE)
    for exit_at, certainty in (
        (SATURDAY, Certainty.CERTAIN),
        (OPENS, Certainty.POSSIBLE),
        (CLOSES, Certainty.POSSIBLE),
    ):
        lies(a_bed(ward), exit_at=exit_at, certainty=certainty)
    lies(a_bed(ward))

    assert asked(ward, paris("2026-11-20 13:59")) is None
    question = asked(ward, paris("2026-11-20 14:00"))
    assert (question.kind, set(answers(question))) == (Kind.DAYS_OFF, {unsure.pk})
    assert question.label(now=FRIDAY) == "1 sortie à boucler avant le week-end"
    assert asked(unit, paris("2026-11-20 14:00")).kind == Kind.CLOSING
    assert asked(ward, paris("2026-11-21 00:00")) is None


def test_a_holiday_has_a_name_of_its_own():
    ward = a_unit()
    lies(a_bed(ward), at=paris("2026-11-09 10:00"), exit_at=paris("2026-11-11 10:00"))
    assert asked(ward, paris("2026-11-10 15:00")).label(now=FRIDAY) == "1 sortie à boucler avant le jour férié"


def test_the_statements_do_not_grow_with_the_beds(unit):
    queries = []
    for number in (1, 29):
        for _ in range(number):
            lies(a_bed(unit))
            lies(unit)
        board = boards.read(FRIDAY)
        with counted(queries):
            questions(board, FRIDAY)
    assert queries[0] == queries[1] <= 2
    quiet, alone = boards.read(FRIDAY, unit_ids=[a_unit().pk]), []
    with counted(alone):
        assert questions(quiet, FRIDAY) == {}
    assert alone == [0]


def page_of(user, unit):
    return text(browse(user).get(reverse("board:closing"), {"unite": unit.code}))


def test_the_page_asks_for_each_and_offers_the_ways_with_their_keys(unit, clock):
    lies(a_bed(unit, "204"), "DURAND", exit_at=CLOSES - AN_HOUR, certainty=Certainty.PROBABLE)
    lies(a_bed(unit, "205"), "PETIT", exit_at=CLOSES, certainty=Certainty.CERTAIN)
    a_bed(a_unit("MED", name="Médecine"))
    page = page_of(a_user(Role.AMH, unit), unit)

    assert "Hôpital de semaine : où va le dernier patient ?" in page
    assert "Ferme 18:00, rouvre lun. 23 nov. 07:00." in page
    assert "sortie probable 17:00" in page
    assert [f'data-key="{letter}"' in page for letter in "cdma"] == [True, True, True, False]
    assert "1 patient sait où il va" in page
    assert "sortie certaine 18:00" in page
    assert "Médecine <b>1</b>" in page
    assert "l’administrateur le note dans le calendrier" in page


def test_an_administrator_is_led_to_the_calendar(unit):
    lies(a_bed(unit), "DURAND")
    page = page_of(a_user(Role.ADMINISTRATOR), unit)
    assert reverse("wards:calendar", args=[unit.calendar_id]) in page
    assert "DURAND" not in page
    assert "data-key=" not in page


def test_a_unit_that_is_shut_offers_no_exit_before_it(unit, clock):
    lies(a_bed(unit))
    clock.move_to(SATURDAY)
    page = page_of(a_user(Role.AMH, unit), unit)
    assert "Hôpital de semaine : 1 patient présent, unité fermée" in page
    assert "Fermée, rouvre lun. 23 nov. 07:00." in page
    assert [f'data-key="{letter}"' in page for letter in "csdm"] == [False, True, True, True]


def test_the_eve_of_days_off_has_its_page(clock):
    ward = a_unit("MED", name="Médecine")
    lies(a_bed(ward), "DURAND", exit_at=SATURDAY)
    clock.move_to(paris("2026-11-20 15:00"))
    page = page_of(a_user(Role.AMH, ward), ward)
    assert "Médecine : à boucler avant le week-end" in page
    assert "1 sortie prévue d’ici lun. 23 nov. 00:00 n’est pas certaine." in page
    assert "Lits libres ailleurs" not in page


def test_when_there_is_nothing_to_decide_the_page_says_when_there_will_be(unit, clock):
    ward = a_unit("MED")
    assert "Cette unité ne ferme pas." in page_of(a_user(Role.AMH), ward)
    clock.move_to(paris("2026-11-17 10:00"))
    page = page_of(a_user(Role.AMH), unit)
    assert "Calendrier de l’unité : ouvert jusqu’au ven. 20 nov. à 18:00." in page
    assert "Prochaine fermeture de plus d’une nuit : ven. 20 nov. 18:00." in page
    assert browse(a_user(Role.AMH)).get(reverse("board:closing")).url == reverse("board:list")


def test_a_unit_that_is_shut_for_the_night_says_when_it_opens(clock):
    day_unit = a_unit("HDJ", calendar=a_calendar(hours=OFFICE_HOURS))
    clock.move_to(paris("2026-11-18 02:00"))
    page = page_of(a_user(Role.AMH), day_unit)
    assert re.search(r"Calendrier de l’unité : fermé, ouvre à \d\d:\d\d\.", page)
    assert "ne ferme pas" not in page


def test_names_are_masked_and_the_reading_is_traced(unit):
    lies(a_bed(unit), "<script>DURAND")
    lies(unit, "PETIT")
    member, stranger = a_user(Role.AMH, unit), a_user(Role.HOUSEKEEPING)
    assert "DURAND" not in page_of(stranger, unit)
    assert AccessTrace.objects.get(by=stranger).count == 0
    assert "&lt;SCRIPT&gt;DURAND" in page_of(member, unit)
    trace = AccessTrace.objects.get(by=member)
    assert (trace.page, trace.unit_id, trace.count) == ("closing", unit.pk, 2)


def sends(user, stay, name="leave-before", **fields):
    return browse(user).post(reverse(f"board:{name}", args=[stay.pk]), fields, headers=HTMX)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [(None, CLOSES), (CLOSES - AN_HOUR, CLOSES - AN_HOUR), (SATURDAY, CLOSES), (FRIDAY - AN_HOUR, CLOSES)],
)
def test_one_key_says_that_somebody_leaves_before_the_closing(unit, was, becomes):
    stay = lies(a_bed(unit), "DURAND", exit_at=was)
    answer = sends(a_user(Role.AMH, unit), stay)

    assert "Sortie certaine" in text(answer)
    assert "DURAND Anne" in text(answer)
    stay = fresh(stay)
    assert (stay.expected_discharge_at, stay.expected_discharge_certainty) == (becomes, Certainty.CERTAIN)
    assert asked(unit).undecided == 0


def test_it_can_be_taken_back(unit):
    amh, stay = a_user(Role.AMH, unit), lies(a_bed(unit), exit_at=SATURDAY, certainty=Certainty.PROBABLE)
    address = text(sends(amh, stay)).split('hx-post="')[1].split('"')[0]
    assert browse(amh).post(address, headers=HTMX).status_code == 200
    assert (fresh(stay).expected_discharge_at, fresh(stay).expected_discharge_certainty) == (SATURDAY, "probable")


def test_of_a_unit_that_does_not_close_it_says_nothing(unit):
    stay = lies(a_bed(ward := a_unit("MED")))
    answer = sends(a_user(Role.AMH, ward), stay)
    assert answer.status_code == 409
    assert "Cette unité ne ferme pas bientôt" in text(answer)
    assert sends(a_user(Role.AMH, ward), lies(a_bed(unit))).status_code == 403


def test_a_leave_is_proposed_until_the_opening_when_it_may_last_so_long(unit):
    holiday = a_unit(calendar=a_calendar(hours={day: [Span(time(7, 30), MIDNIGHT)] for day in range(5)}))
    eve = paris("2026-11-10 20:00")
    assert back_at(holiday.pk, at=eve) == paris("2026-11-12 07:30")
    assert back_at(holiday.pk, at=paris("2026-11-11 10:00")) == paris("2026-11-12 07:30")
    assert back_at(unit.pk, at=FRIDAY) is None
    assert back_at(a_unit().pk, at=FRIDAY) is None
    assert back_at(None, at=FRIDAY) is None


def test_the_form_of_a_leave_shows_it(clock):
    holiday = a_unit(calendar=a_calendar(hours={day: [Span(time(7, 30), MIDNIGHT)] for day in range(5)}))
    stay = lies(a_bed(holiday), at=paris("2026-11-09 10:00"))
    clock.move_to(paris("2026-11-10 20:00"))
    form = text(browse(a_user(Role.AMH, holiday)).get(reverse("board:leave", args=[stay.pk])))
    assert 'value="2026-11-12T07:30"' in form


def test_the_site_sets_how_long_before_it_is_asked(unit):
    ParameterValue.objects.create(key="closing_notice_hours", value=2, entered_at=LONG_AGO)
    assert asked(unit) is None
    assert asked(unit, CLOSES - AN_HOUR).kind == Kind.CLOSING


def test_a_unit_that_opens_again_in_the_morning_has_its_beds_for_the_evening(unit):
    a_bed(unit)
    open_tonight = [
        boards.read(at).head(unit, Audience("fr", None)).numbers.night_open
        for at in (CLOSES - AN_HOUR, OPENS - AN_HOUR, OPENS + AN_HOUR)
    ]
    assert open_tonight == [0, 1, 1]
