from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from stdnum.fr import nir

from amh.core.models import ApiToken, AuditEntry, Change, User
from amh.core.models.tokens import digest
from amh.core.roles import Role
from amh.demo import seeds
from amh.demo.accounts import USERNAMES
from amh.demo.people import TEST_INS
from patients.actions import movements
from patients.models import Certainty, Patient, PatientIdentifier, Placement, Reservation, Stay, StayState
from patients.queries import locks
from patients.queries.occupancy import end_of_day, occupancy
from tests.lengths import some
from wards.models import Bed, BedKind, BedState, Cleaning, Closure, ClosureKind, Unit

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 21, 12, 10, tzinfo=PARIS)
UNITS = ["MED", "HEM", "CUR", "HDJ", "USP", "CHIR", "ACA", "BLOC1"]
WARDS = ["MED", "HEM", "CUR", "USP", "CHIR"]


@pytest.fixture(autouse=True)
def demonstration(settings):
    settings.DEMO = True


def seed(*, beds=60, number=1, history=0, at=NOON):
    return seeds.seed(beds=beds, seed=number, history=history, at=at, bare=True)


def whole():
    """All that a seed makes, without ids."""
    return [
        list(
            Stay.objects.order_by("visit_number").values_list(
                "visit_number", "state", "unit__code", "kind", "admitted_at"
            )
        ),
        list(Patient.objects.order_by("pk").values_list("birth_name", "used_name", "first_names", "birth_date", "sex")),
        list(PatientIdentifier.objects.order_by("pk").values_list("type", "domain", "value")),
        list(Placement.objects.order_by("pk").values_list("bed__room__label", "bed__label", "starts_at", "ends_at")),
        list(Reservation.objects.order_by("pk").values_list("bed__room__label", "stay__visit_number", "expected_at")),
        list(Closure.objects.order_by("pk").values_list("bed__room__label", "kind", "reason", "ends_at")),
        list(Cleaning.objects.order_by("pk").values_list("bed__room__label", "done_at")),
    ]


def made(**choices):
    """What a seed makes, in a database that is empty again afterwards."""
    with transaction.atomic():
        seed(**choices)
        found = whole()
        transaction.set_rollback(True)
    return found


def test_every_state_of_a_stay_and_of_a_bed_is_there():
    counts = seed()

    assert set(counts) == set(StayState.values)
    present = Stay.objects.filter(state=StayState.PRESENT)
    assert set(present.values_list("expected_discharge_certainty", flat=True)) == set(Certainty.values)
    assert present.filter(expected_discharge_at=None).exists()
    assert present.filter(expected_discharge_at__lt=NOON).exists()
    assert Placement.objects.filter(ends_at=None, bed=None, wanted_bed=None).exists()
    assert Placement.objects.filter(ends_at=None, wanted_bed__isnull=False).count() == 1
    assert Placement.objects.filter(stay__state=StayState.DISCHARGED, ends_at__gt=NOON).count() == 1
    assert Stay.objects.filter(on_leave_until__lt=NOON).count() == 1
    assert Closure.objects.filter(kind=ClosureKind.CLOSED).exists()
    assert Reservation.objects.filter(stay__state=StayState.EXPECTED).exists()
    assert Patient.objects.filter(homonym=True).count() == 2


@pytest.mark.parametrize("beds", [24, 30, 60, 301])
def test_the_units_add_up_to_the_beds_asked_for(beds):
    seed(beds=beds)

    assert list(Unit.objects.values_list("code", flat=True)) == UNITS
    assert Bed.objects.count() == beds
    assert all(unit.rooms.exists() and unit.functional_units.count() == 1 for unit in Unit.objects.all())


def test_wards_are_nearly_full_and_radiation_blocks_a_shielded_room():
    seed(beds=300)

    held = Bed.objects.filter(placements__ends_at=None, placements__isnull=False)
    wards = {"room__unit__code__in": WARDS}
    open_beds = Bed.objects.exclude(closures__starts_at__lte=NOON).filter(**wards).count()
    assert held.filter(**wards).count() / open_beds == pytest.approx(0.88, abs=0.02)
    assert Closure.objects.filter(kind=ClosureKind.BLOCKED, bed__room__shielded=True, reason="radiation").exists()
    assert set(Bed.objects.filter(room__unit__code="HDJ").values_list("kind", flat=True)) == {
        BedKind.CHAIR,
        BedKind.BED,
    }
    lodged = Stay.objects.filter(placements__ends_at=None, placements__bed__isnull=False)
    assert any(stay.unit_id != stay.placements.get(ends_at=None).unit_id for stay in lodged)


@pytest.mark.parametrize("hour", some([(0, 1), (7, 31), (18, 59)]))
def test_every_ward_shows_free_beds_and_every_state_is_met_at_any_hour(hour):
    at = NOON.replace(hour=hour[0], minute=hour[1])
    seed(beds=300, at=at)

    states = states_by_unit(at)
    free = {code: found[BedState.FREE] for code, found in states.items()}
    assert all(2 <= free[code] <= 3 for code in ("MED", "CHIR"))
    assert all(1 <= free[code] <= 3 for code in ("HEM", "USP", "CUR"))
    assert set(sum(states.values(), Counter())) == set(BedState)
    assert all(states[code][BedState.CLEANING] and states[code][BedState.RESERVED] for code in WARDS)


def states_by_unit(at):
    """How many beds of each unit are in each state."""
    found = {code: Counter() for code in UNITS}
    for one in occupancy(at):
        found[one.unit_code][one.state(tomorrow=end_of_day(at))] += 1
    return found


def test_patients_of_a_double_room_are_of_one_sex():
    seed(beds=300)

    sexes: dict[int, set[str]] = {}
    for placement in Placement.objects.filter(ends_at=None, bed__kind=BedKind.BED, bed__room__unit__code="MED"):
        sexes.setdefault(placement.bed.room_id, set()).add(placement.patient.sex)
    assert all(len(found) == 1 for found in sexes.values())


def test_rebuilding_any_stay_changes_nothing():
    seed(beds=60, history=60)

    before = {stay.pk: said_of(stay) for stay in Stay.objects.all()}
    locked = locks.stays(before)
    touched = movements.rebuild(locked.values(), at=NOON)
    assert (touched.beds, touched.units) == (set(), set())
    assert {pk: said_of(stay) for pk, stay in locked.items()} == before


def said_of(stay):
    return (stay.state, stay.admitted_at, stay.discharged_at)


def test_the_same_number_gives_the_same_hospital_and_another_number_another():
    first = made()

    assert made() == first
    assert made(number=2)[1] != first[1]


@pytest.mark.parametrize("hour", some([(0, 1), (7, 31), (23, 59)]))
def test_a_hospital_made_at_any_hour_is_the_same_day(hour):
    by_day = Counter(seed_and_forget(NOON))

    assert Counter(seed_and_forget(NOON.replace(hour=hour[0], minute=hour[1]))) == by_day


def seed_and_forget(at):
    with transaction.atomic():
        counts = seed(at=at)
        today = Stay.objects.filter(state=StayState.EXPECTED, expected_at__date=timezone.localdate(at)).count()
        left = Stay.objects.filter(discharged_at__gt=at).count()
        transaction.set_rollback(True)
    return {**counts, "expected today": today, "left in the future": left}


def test_identifiers_are_of_the_test_domain_with_valid_keys():
    seed()

    numbers = PatientIdentifier.objects.filter(type="INS")
    assert numbers.exists()
    assert all(nir.is_valid(number.value) and number.domain == TEST_INS for number in numbers)
    assert not Patient.objects.filter(ins_retrieved=False, identifiers__type="INS").exists()
    assert set(PatientIdentifier.objects.filter(type="IPP").values_list("domain", flat=True)) == {"DEMO"}


def test_history_adds_past_stays_and_leaves_the_day_as_it_was():
    today = made()
    seed(history=700)

    past = Stay.objects.filter(visit_number__startswith="VH")
    assert past.count() == 700
    assert set(past.values_list("state", flat=True)) == {StayState.DISCHARGED}
    assert list(Stay.objects.filter(visit_number__startswith="VS").order_by("visit_number").values_list("state")) == [
        (row[1],) for row in today[0]
    ]
    assert Patient.objects.filter(stays__in=past).distinct().count() < 700
    last_left = past.order_by("discharged_at").last().discharged_at
    assert last_left < NOON


def test_no_bed_waits_for_a_cleaning_because_of_history():
    with transaction.atomic():
        seed()
        waiting = to_clean()
        transaction.set_rollback(True)
    seed(history=700)

    assert to_clean() == waiting


def to_clean():
    """Codes of the empty beds that somebody left after their last cleaning."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT room.label, bed.label FROM wards_bed AS bed JOIN wards_room AS room ON room.id = bed.room_id
            WHERE NOT EXISTS (SELECT FROM patients_placement p WHERE p.bed_id = bed.id AND p.ends_at IS NULL)
            AND (SELECT max(ends_at) FROM patients_placement p WHERE p.bed_id = bed.id)
                > coalesce((SELECT max(done_at) FROM wards_cleaning c WHERE c.bed_id = bed.id), '-infinity')
            """
        )
        return set(cursor.fetchall())


def test_the_accounts_are_those_that_are_promised():
    seed()

    assert {"amh", "cadre-amh", "lits", "medecin", "infirmiere", "transport", "physicien", "bionettoyage"} <= USERNAMES
    assert {"garde", "dpo", "admin", "interface", *(f"amh{number}" for number in range(1, 14))} <= USERNAMES
    users = {user.username: user for user in User.objects.all()}
    assert set(users) == USERNAMES
    assert all(user.check_password("demo") for name, user in users.items() if name in ("amh", "admin", "amh13"))
    assert not users["interface"].has_usable_password()
    assert ApiToken.objects.usable().get(digest=digest("demo-interface")).user == users["interface"]
    assert set(users["amh"].memberships.values_list("unit__code", flat=True)) == {"MED", "HEM"}
    assert all(user.memberships.exists() for user in users.values() if user.role == Role.AMH)


def test_acts_of_today_are_audited_and_boards_are_told():
    seed()

    assert AuditEntry.objects.filter(action="stay.admit", subject_type="patients.stay").exists()
    assert set(Bed.objects.values_list("pk", flat=True)) <= set(Change.objects.values_list("ref", flat=True))


def test_the_command_says_what_it_made_and_changes_nothing_the_second_time(capsys):
    call_command("seed_demo", beds=30, bare=True)
    before = whole()
    call_command("seed_demo", beds=60, seed=3)

    said = capsys.readouterr().out
    assert "30 lits et places" in said
    assert "déjà en place" in said
    assert whole() == before


def test_refused_without_the_demonstration_setting(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("seed_demo")
    assert not User.objects.exists()


def test_refused_where_real_stays_are():
    patient = Patient.objects.create(birth_name="Réel")
    Stay.objects.create(patient=patient, visit_domain="HOPITAL", visit_number="1")

    with pytest.raises(CommandError, match="vrais séjours"):
        call_command("seed_demo")
    assert not Unit.objects.exists()


def test_refused_where_a_real_stay_joined_the_demonstration():
    seed(beds=24)
    Stay.objects.create(patient=Patient.objects.first())

    with pytest.raises(CommandError, match="vrais séjours"):
        call_command("seed_demo")


def test_refused_where_somebody_has_an_account():
    User.objects.create_user("dupont", role=Role.NURSE)

    with pytest.raises(CommandError, match="comptes"):
        call_command("seed_demo")


def test_too_few_beds_are_refused():
    with pytest.raises(CommandError, match="au moins 24"):
        call_command("seed_demo", beds=10)
    assert not User.objects.exists()
