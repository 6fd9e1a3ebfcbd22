from datetime import timedelta

import pytest

from amh.core import rules
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Permission, Role
from amh.core.transactions import act
from tests.expectations import refused
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_user
from tests.factories.places import a_unit
from tests.factories.staffs import HOUR, a_cover, a_duty, an_absence, now
from wards.actions import absences, covers
from wards.models import Absence, DutyKind
from wards.rules.absences import Fate

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


@pytest.fixture
def amh():
    return a_user(Role.AMH)


def record(user, start=NOW, end=NOW + 8 * HOUR, *, by=None, at=NOW, **said):
    return absences.record(user=user, starts_at=start, ends_at=end, by=by, at=at, **said)


def actions():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_an_absence_says_who_and_when_and_never_why(amh):
    lead = a_user(Role.TEAM_LEAD)
    made = record(amh, NOW - 5 * HOUR, NOW + A_DAY, by=lead)
    assert (made.starts_at, made.ends_at, made.entered_by) == (NOW - 5 * HOUR, NOW + A_DAY, lead)
    line = AuditEntry.objects.latest("pk")
    assert (line.action, line.params) == ("absence.record", {"user": amh.pk, "commitments": ""})
    fields = {field.name for field in Absence._meta.local_fields}
    assert fields == {"id", "user", "starts_at", "ends_at", "entered_at", "entered_by"}


@pytest.mark.parametrize("role", [Role.AMH, Role.NURSE, Role.PHYSICIAN, Role.DPO])
def test_absences_are_noted_by_those_who_organise(role, amh):
    made = an_absence(amh)
    other = a_user(role)
    for denied in (
        lambda: record(other, by=other),
        lambda: absences.cut_short(absence=made, ends_at=NOW + HOUR, by=other, at=NOW),
        lambda: absences.undo(absence=made, by=other, at=NOW),
    ):
        with pytest.raises(Denied):
            denied()


@pytest.mark.parametrize(
    ("start", "end", "code", "field"),
    [
        (NOW + HOUR, NOW + HOUR, "end_before_start", "ends_at"),
        (NOW - 2 * HOUR, NOW - HOUR, "in_the_past", "ends_at"),
        (NOW, NOW + 367 * A_DAY, "too_long", "ends_at"),
        (NOW.replace(year=2300), NOW.replace(year=2300) + HOUR, "too_far", "starts_at"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(amh, start, end, code, field):
    with refused(Invalid, code, field=field):
        record(amh, start, end)


def test_an_absence_is_noted_once(amh):
    record(amh, NOW + HOUR, NOW + 3 * HOUR)
    with refused(Conflict, "absent_already", field="user", saying="de 15:32 à 17:32"):
        record(amh, NOW, NOW + 2 * HOUR)
    record(amh, NOW + 3 * HOUR, NOW + 4 * HOUR)

    @act
    def without_the_rule():
        Absence.objects.create(user=amh, starts_at=NOW, ends_at=NOW + 9 * HOUR, entered_at=NOW, entered_by=None)

    with refused(Conflict, "absence_once"):
        without_the_rule()


def test_through_the_hour_that_comes_twice(amh):
    start = paris("2026-10-25 02:30")
    made = record(amh, start, start.replace(fold=1), at=paris("2026-10-24 12:00"))
    made.refresh_from_db()
    assert made.ends_at - made.starts_at == HOUR


def test_the_question_says_which_units_and_when(amh):
    a_cover(a_unit("MED", name="Médecine"), amh, start=NOW + HOUR, end=NOW + 3 * HOUR)
    a_duty(amh, kind=DutyKind.SECTOR_NURSE, start=NOW + 4 * HOUR, end=NOW + 6 * HOUR)
    said = (
        "Pendant cette absence : relais (Médecine), de 15:32 à 17:32 · "
        "infirmier du secteur (tout l’hôpital), de 18:32 à 20:32. Dire"
    )
    with refused(Conflict, "commitments", field="commitments", saying=said):
        record(amh)
    assert not Absence.objects.exists()


def test_covers_and_duties_are_kept_when_that_is_the_answer(amh):
    unit = a_unit()
    made = a_cover(unit, amh)
    record(amh, commitments=Fate.KEEP)
    made.refresh_from_db()
    assert made.ends_at == NOW + 8 * HOUR
    assert rules.may(now(amh, NOW), Permission.PLACE, unit_id=unit.pk)


def test_covers_and_duties_end_where_the_absence_begins(amh):
    running = a_cover(a_unit(), amh)
    later = a_cover(a_unit(), amh, start=NOW + 3 * HOUR)
    before = a_cover(a_unit(), amh, end=NOW + HOUR)
    duty = a_duty(amh, start=NOW + HOUR, end=NOW + 4 * HOUR)
    record(amh, NOW + 2 * HOUR, NOW + 5 * HOUR, commitments=Fate.END)
    for one in (running, later, before, duty):
        one.refresh_from_db()
    ends = [one.ends_at for one in (running, later, before, duty)]
    assert ends == [NOW + 2 * HOUR, NOW + 3 * HOUR, NOW + HOUR, NOW + 2 * HOUR]
    line = AuditEntry.objects.filter(action="cover.end").first()
    assert line.params == {"was_until": (NOW + 8 * HOUR).astimezone(running.ends_at.tzinfo).isoformat()} | {
        "because": "absence"
    }
    assert actions()[-1] == "absence.record"


def test_an_absence_noted_late_takes_no_right_back_that_was_held(amh):
    unit = a_unit()
    made = a_cover(unit, amh)
    record(amh, NOW - HOUR, NOW + 5 * HOUR, at=NOW + HOUR, commitments=Fate.END)
    made.refresh_from_db()
    assert made.ends_at == NOW + HOUR


def test_an_answer_that_nobody_asked_for_changes_nothing(amh):
    record(amh, commitments=Fate.END)
    assert actions() == ["absence.record"]


def test_a_person_back_early_is_free_again(amh):
    made = an_absence(amh)
    absences.cut_short(absence=made, ends_at=NOW + HOUR, by=a_user(Role.TEAM_LEAD), at=NOW + 2 * HOUR)
    made.refresh_from_db()
    assert made.ends_at == NOW + HOUR
    a_cover(a_unit(), amh, at=NOW + 2 * HOUR)


@pytest.mark.parametrize("end", [NOW - HOUR, NOW + 8 * HOUR, NOW + 9 * HOUR])
def test_an_absence_is_cut_short_not_made_longer(amh, end):
    with refused(Invalid, "not_shorter", field="ends_at", saying="entre 14:32 et 22:32"):
        absences.cut_short(absence=an_absence(amh), ends_at=end, by=None, at=NOW)


def test_an_absence_that_is_over_is_not_cut(amh):
    made = an_absence(amh)
    with refused(Conflict, "already_over"):
        absences.cut_short(absence=made, ends_at=NOW + HOUR, by=None, at=NOW + 9 * HOUR)


def test_an_absence_noted_by_mistake_never_was(amh):
    made = an_absence(amh)
    absences.undo(absence=made, by=None, at=NOW + HOUR)
    made.refresh_from_db()
    assert made.ends_at == made.starts_at
    a_cover(a_unit(), amh)
    for again in (absences.undo, absences.undo):
        with refused(Conflict, "already_cancelled"):
            again(absence=made, by=None, at=NOW + HOUR)


def test_a_return_said_by_mistake_is_undone_and_asks_about_what_was_promised_since(amh):
    made = an_absence(amh)
    absences.cut_short(absence=made, ends_at=NOW + HOUR, by=None, at=NOW + HOUR)
    cover = a_cover(a_unit(), amh, start=NOW + 2 * HOUR, at=NOW + HOUR)
    with refused(Conflict, "commitments", field="commitments"):
        absences.undo(absence=made, by=None, at=NOW + HOUR)
    absences.undo(absence=made, commitments=Fate.END, by=None, at=NOW + HOUR)
    made.refresh_from_db()
    cover.refresh_from_db()
    assert (made.ends_at, cover.ends_at) == (NOW + 8 * HOUR, cover.starts_at)


def test_what_an_absence_ended_can_be_undone_by_itself(amh):
    cover = a_cover(a_unit(), amh, start=NOW + HOUR)
    made = record(amh, commitments=Fate.END)
    absences.undo(absence=made, by=None, at=NOW)
    covers.undo(cover=cover, by=None, at=NOW)
    cover.refresh_from_db()
    assert cover.ends_at == NOW + 8 * HOUR
