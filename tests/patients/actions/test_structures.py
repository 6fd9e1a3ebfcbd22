"""Taking away, moving and renaming places that may hold a patient."""

from datetime import timedelta

import pytest

from amh.board import boards
from amh.core.entitlements import Posting
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from amh.interop.actions import messages
from patients.actions import reservations, stays
from patients.actions import structures as acts
from patients.models import Stay
from patients.queries.occupancy import occupancy
from tests.expectations import counted, nothing_written, refused
from tests.factories.clocks import LONG_AGO, NOW, paris
from tests.factories.messages import adt
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, present
from tests.factories.structures import told
from wards.actions import structures, units
from wards.models import Bed, BedKind, FunctionalUnit, Room, Unit
from wards.queries.structures import bed_labelled, unit_named

pytestmark = pytest.mark.django_db
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)


def retire_bed(bed, *, by=None, until=None):
    acts.retire_bed(bed=bed, until=until, by=by, at=NOW)


def retire_unit(unit, *, by=None, until=None):
    acts.retire_unit(unit=unit, until=until, by=by, at=NOW)


def change(bed, *, by=None, **said):
    return acts.change_bed(**{"bed": bed, "label": bed.label, "kind": bed.kind} | said, by=by, at=NOW)


def shown(at):
    return {row.bed_id for row in occupancy(at)}


def test_an_empty_bed_goes_and_yesterday_still_shows_it():
    bed = a_bed(a_unit())
    with told("bed.retire", units=(bed.room.unit,), beds=(bed,), at=NOW):
        retire_bed(bed)
    assert (shown(NOW), shown(NOW - A_MINUTE)) == (set(), {bed.pk})
    with nothing_written(), refused(Conflict, "retired", saying="est déjà hors service (14:32)"):
        retire_bed(bed)


def test_a_bed_goes_from_a_moment_to_come_or_past():
    soon, before = beds(a_unit(), 2)
    retire_bed(soon, until=NOW + A_DAY)
    retire_bed(before, until=NOW - A_DAY)
    assert (shown(NOW), shown(NOW + A_DAY), shown(NOW - 2 * A_DAY)) == ({soon.pk}, set(), {soon.pk, before.pk})
    retire_bed(soon, until=NOW + 2 * A_DAY)
    assert shown(NOW + A_DAY) == {soon.pk}


def test_a_unit_put_off_takes_all_that_was_to_go_with_it():
    unit = a_unit()
    with_it, before, after = a_bed(unit), a_bed(unit, valid_until=NOW + A_DAY / 2), a_bed(unit)
    retire_unit(unit, until=NOW + A_DAY)
    retire_bed(after, until=NOW + A_DAY / 4)
    retire_unit(unit, until=NOW + 2 * A_DAY)
    assert shown(NOW + A_DAY) == {with_it.pk}
    assert shown(NOW + A_DAY / 3) == {with_it.pk, before.pk}


@pytest.mark.parametrize(
    ("until", "code", "saying"),
    [
        (LONG_AGO - A_DAY, "before_beginning", "n’existait pas encore"),
        (paris("2300-01-01 00:00"), "too_far", "lointaine"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(until, code, saying):
    with nothing_written(), refused(Invalid, code, field="until", saying=saying):
        retire_bed(a_bed(a_unit()), until=until)


def test_a_bed_in_which_somebody_lies_stays_and_says_who_since_when():
    bed = a_bed(a_unit(), "201", "F")
    present(bed, patient=a_patient("Durand"), at=paris("09:15"))
    by = a_user(Role.ADMINISTRATOR)
    says = "« 201 F » sert encore ou est promis. 201 F : un autre patient depuis 09:15."
    for until in (None, NOW + A_DAY, paris("09:30")):
        with nothing_written(), refused(Conflict, "still_needed", saying=says):
            retire_bed(bed, by=by, until=until)


def test_who_may_know_is_told_the_name():
    bed = a_bed(a_unit(), "201", "F")
    present(bed, patient=a_patient("Durand"), at=paris("09:15"))
    by = a_user(Role.ADMINISTRATOR)
    by.posting = Posting(duties=frozenset({(Role.ON_CALL.value, None)}))
    with refused(Conflict, "still_needed", saying="201 F : DURAND Anne depuis 09:15."):
        retire_bed(bed, by=by)


def test_a_bed_that_somebody_left_goes_from_the_hour_of_the_departure():
    bed = a_bed(a_unit())
    stay = present(bed, at=paris("10:00"))
    stays.discharge(stay=stay, by=None, at=NOW, effective_at=paris("14:00"))
    with refused(Conflict, "still_needed"):
        retire_bed(bed, until=paris("13:59"))
    retire_bed(bed, until=paris("14:00"))


def test_a_bed_that_is_kept_stays_until_it_is_let_go():
    bed = a_bed(a_unit(), "201", "F")
    stay = expected(bed.room.unit)
    kept = reservations.reserve(stay=stay, bed=bed, expected_at=paris("16:00"), by=None, at=NOW)
    says = "201 F : gardé pour un autre patient, attendu 16:00."
    with nothing_written(), refused(Conflict, "still_needed", saying=says):
        retire_bed(bed)
    reservations.release(reservation=kept, by=None, at=NOW)
    retire_bed(bed)


def test_a_room_goes_with_its_beds():
    window, door = a_bed(a_unit(), "201", "F"), None
    door = a_bed(window.room.unit, "201", "P")
    other = a_bed(window.room.unit, "202", "F")
    with told("room.retire", units=(window.room.unit,), beds=(window, door), at=NOW):
        acts.retire_room(room=window.room, by=None, at=NOW)
    assert (shown(NOW), shown(NOW - A_MINUTE)) == ({other.pk}, {window.pk, door.pk, other.pk})


def test_a_room_stays_for_one_of_its_beds():
    window = a_bed(a_unit(), "201", "F")
    present(a_bed(window.room.unit, "201", "P"))
    with nothing_written(), refused(Conflict, "still_needed", saying="« 201 » sert encore ou est promis. 201 P :"):
        acts.retire_room(room=window.room, by=None, at=NOW)


def test_a_unit_goes_with_all_that_is_in_it_and_comes_back():
    unit = a_unit()
    first, second = beds(unit, 2)
    with told("unit.retire", units=(unit,), beds=(first, second), at=NOW):
        retire_unit(unit)
    assert not Room.objects.filter(valid_until=None).exists()
    units.restore(unit=unit, by=None, at=NOW + A_MINUTE)
    assert shown(NOW + A_MINUTE) == {first.pk, second.pk}


@pytest.mark.parametrize("without_bed", [False, True])
def test_a_unit_stays_for_who_is_there_with_or_without_a_bed(without_bed):
    unit = a_unit(name="Médecine")
    present(unit if without_bed else a_bed(unit, "201", "F"), at=paris("09:00"))
    who = "un autre patient, sans lit, depuis 09:00." if without_bed else "201 F : un autre patient depuis 09:00."
    with nothing_written(), refused(Conflict, "still_needed", saying=f"« Médecine » sert encore ou est promis. {who}"):
        retire_unit(unit)


def test_a_unit_stays_for_who_is_expected_there():
    unit = a_unit()
    expected(unit, expected_at=paris("16:00"))
    with refused(Conflict, "still_needed", saying="un autre patient, attendu 16:00."):
        retire_unit(unit)


@pytest.mark.parametrize("place", ["MED^201^F", "MED^^"], ids=["bed", "unit"])
def test_whom_another_system_puts_into_a_place_that_is_gone_is_shown_there(place):
    unit = a_unit("MED")
    bed = a_bed(unit, "201", "F")
    retire_unit(unit, until=NOW - A_DAY)
    assert boards.read(NOW).units == []
    messages.apply_all(messages.receive(adt("A01", at=NOW - A_MINUTE, place=place), at=NOW).row, at=NOW)
    board = boards.read(NOW)
    assert board.units == [unit]
    assert [row.bed_id for row in board.rows] == ([bed.pk] if place == "MED^201^F" else [])
    assert len(board.waiting) == (0 if board.rows else 1)
    stay = Stay.objects.get()
    stays.discharge(stay=stay, by=None, at=NOW)
    assert boards.read(NOW + A_MINUTE).units == []


def test_a_refusal_names_five_and_counts_the_others():
    unit = a_unit()
    for bed in beds(unit, 7):
        present(bed)
    with refused(Conflict, "still_needed", saying=" ; et 2 autres."):
        retire_unit(unit)


def test_a_refusal_asks_the_same_questions_for_a_unit_of_any_size():
    queries = []
    for number in (1, 30):
        unit = a_unit()
        for bed in beds(unit, number):
            present(bed)
        with counted(queries), pytest.raises(Conflict):
            retire_unit(unit)
    assert queries[0] == queries[1]


def test_a_bed_is_called_otherwise_whoever_lies_in_it():
    bed = a_bed(a_unit(), "201", "F", to_be_referenced=True)
    present(bed)
    with told("bed.change", units=(bed.room.unit,), beds=(bed,), at=NOW):
        change(bed, label=" fenêtre ")
    bed.refresh_from_db()
    assert (bed.label, bed.to_be_referenced) == ("fenêtre", False)


def test_an_empty_bed_goes_into_another_room_of_another_unit():
    bed, there = a_bed(a_unit(), "201", "F"), a_bed(a_unit(), "301", "P").room
    with told("bed.change", units=(bed.room.unit, there.unit), beds=(bed,), at=NOW):
        change(bed, room=there, kind=BedKind.CHAIR)
    bed.refresh_from_db()
    assert (bed.room, bed.kind) == (there, BedKind.CHAIR)


@pytest.mark.parametrize("said", [{"kind": BedKind.CHAIR}, {"room": True}])
def test_a_bed_that_serves_stays_where_and_what_it_is(said):
    bed, other = a_bed(a_unit(), "201", "F"), a_bed(a_unit()).room
    present(bed)
    with nothing_written(), refused(Conflict, "still_needed"):
        change(bed, **{name: other if name == "room" else value for name, value in said.items()})


def test_a_bed_goes_into_no_room_that_is_gone_and_takes_no_label_that_is_there():
    unit = a_unit()
    bed, gone = a_bed(unit, "201", "F"), a_bed(unit, "202", "F").room
    with refused(Conflict, "label_taken", field="label"):
        change(bed, room=gone)
    Room.objects.filter(pk=gone.pk).update(valid_until=NOW)
    with refused(Conflict, "out_of_service", field="room"):
        change(bed, room=gone)


def test_another_name_of_a_unit_is_known_by_the_messages_from_then_on():
    real = a_unit("MED", name="Médecine")
    named = structures.reference_unit("2034", "", NOW - A_DAY)
    bed = structures.reference_bed(named, "201", "F", NOW - A_DAY)
    FunctionalUnit.objects.create(code="2035", unit=named)
    acts.rename_unit(unit=named, same_as=real, by=None, at=NOW)
    assert (unit_named("2034"), unit_named("2035")) == (real, real)
    assert structures.reference_unit("2034", "", NOW) == real
    named.refresh_from_db()
    assert (named.to_be_referenced, named.valid_until, Bed.objects.get(pk=bed.pk).valid_until) == (False, NOW, NOW)
    assert [line.action for line in AuditEntry.objects.order_by("-pk")[:2]] == ["unit.retire", "unit.rename"]


def test_another_name_waits_until_nobody_is_there():
    real, named = a_unit(), structures.reference_unit("2034", "2034", NOW - A_DAY)
    stay = present(named)
    with nothing_written(), refused(Conflict, "still_needed", saying="« 2034 » sert encore ou est promis."):
        acts.rename_unit(unit=named, same_as=real, by=None, at=NOW)
    assert unit_named("2034") == named
    stays.discharge(stay=stay, by=None, at=NOW)
    acts.rename_unit(unit=named, same_as=real, by=None, at=NOW)
    assert stay.placements.get().unit == named


def test_only_a_name_from_a_message_stands_for_a_real_unit():
    real, named = a_unit(), structures.reference_unit("2034", "", NOW)
    other_named = structures.reference_unit("2036", "", NOW)
    for same_as in (named, other_named):
        with refused(Invalid, "not_described", field="same_as"):
            acts.rename_unit(unit=named, same_as=same_as, by=None, at=NOW)
    with refused(Conflict, "described"):
        acts.rename_unit(unit=real, same_as=a_unit(), by=None, at=NOW)
    with refused(Conflict, "out_of_service", field="same_as"):
        acts.rename_unit(unit=named, same_as=a_unit(valid_until=NOW), by=None, at=NOW)


def test_another_name_of_a_bed_leads_the_messages_to_the_real_one():
    unit = a_unit()
    real, named = a_bed(unit, "201", "1"), structures.reference_bed(unit, "201", "F", NOW - A_DAY)
    with told("bed.rename", units=(unit,), beds=(named,), at=NOW):
        acts.rename_bed(bed=named, same_as=real, by=None, at=NOW)
    assert bed_labelled(unit, "201", "F") == structures.reference_bed(unit, "201", "F", NOW) == real
    assert shown(NOW) == {real.pk}


def test_only_a_free_name_from_a_message_stands_for_a_real_bed_of_its_unit():
    unit = a_unit()
    real, named = a_bed(unit, "201", "1"), structures.reference_bed(unit, "201", "F", NOW - A_DAY)
    for same_as, code in ((named, "not_described"), (a_bed(a_unit()), "other_unit")):
        with refused(Invalid, code, field="same_as"):
            acts.rename_bed(bed=named, same_as=same_as, by=None, at=NOW)
    with refused(Conflict, "described"):
        acts.rename_bed(bed=real, same_as=a_bed(unit), by=None, at=NOW)
    present(named)
    with nothing_written(), refused(Conflict, "still_needed"):
        acts.rename_bed(bed=named, same_as=real, by=None, at=NOW)


@pytest.mark.parametrize("role", set(Role) - {Role.ADMINISTRATOR})
def test_others_take_nothing_away(role):
    unit = a_unit()
    by, bed, other = a_user(role, unit), a_bed(unit), a_bed(unit)
    for act in (
        lambda: retire_bed(bed, by=by),
        lambda: acts.retire_room(room=bed.room, by=by, at=NOW),
        lambda: retire_unit(unit, by=by),
        lambda: change(bed, by=by),
        lambda: acts.rename_unit(unit=unit, same_as=a_unit(), by=by, at=NOW),
        lambda: acts.rename_bed(bed=bed, same_as=other, by=by, at=NOW),
    ):
        with nothing_written(), refused(Denied, "denied"):
            act()
    assert Unit.objects.filter(valid_until=None).count() >= 1
