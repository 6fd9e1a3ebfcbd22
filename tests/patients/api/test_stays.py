from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.models import MovementKind, Placement, Stay, StayState
from tests.core.api import world

pytestmark = pytest.mark.django_db


def test_a_patient_is_expected_admitted_moved_and_discharged():
    unit = world.unit()
    first, second, who = world.bed(unit), world.bed(unit), world.patient()
    program = world.program()
    now = timezone.now()

    made = program.post("stays/", {"patient": who.pk, "unit": unit.pk, "expected_at": now.isoformat()})
    assert made.status_code == 201
    stay = made.json()
    assert made["Location"].endswith(f"/api/v1/stays/{stay['id']}/")
    assert (stay["state"], stay["placement"], stay["patient"]["name"]) == ("expected", None, str(who))

    admitted = program.post(f"stays/{stay['id']}/admit/", {"bed": first.pk})
    assert admitted.status_code == 200
    assert (admitted.json()["state"], admitted.json()["placement"]["bed"]) == ("present", first.pk)

    moved = program.post(f"stays/{stay['id']}/move/", {"bed": second.pk})
    assert moved.json()["placement"]["bed"] == second.pk

    left = program.post(f"stays/{stay['id']}/discharge/")
    assert (left.json()["state"], left.json()["placement"]) == ("discharged", None)

    back = program.post(f"movements/{left.json()['last_movement']}/undo/")
    assert (back.json()["state"], back.json()["placement"]["bed"]) == ("present", second.pk)


def test_an_arrival_without_a_bed_is_in_the_expecting_unit():
    unit = world.unit()
    stay = world.expected(unit)

    answer = world.program().post(f"stays/{stay.pk}/admit/")

    assert answer.json()["placement"] == {
        "id": Placement.objects.get(stay=stay).pk,
        "unit": unit.pk,
        "bed": None,
        "wanted_bed": None,
        "to_confirm": False,
        "ends_at": None,
        "starts_at": answer.json()["placement"]["starts_at"],
    }


def test_an_arrival_in_a_unit_and_a_bed_at_once_is_malformed():
    unit = world.unit()
    stay, bed = world.expected(unit), world.bed(unit)

    answer = world.program().post(f"stays/{stay.pk}/admit/", {"bed": bed.pk, "unit": unit.pk})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["unit"]


def test_a_bed_is_given_at_the_time_when_it_was():
    unit = world.unit()
    stay, bed = world.expected(unit), world.bed(unit)
    an_hour_ago = timezone.now() - timedelta(hours=1)

    answer = world.program().post(f"stays/{stay.pk}/place/", {"bed": bed.pk, "effective_at": an_hour_ago.isoformat()})

    assert answer.status_code == 200
    assert Placement.objects.get(stay=stay).starts_at == an_hour_ago


def test_a_held_bed_is_a_conflict_that_names_who_holds_it():
    unit = world.unit()
    bed = world.bed(unit)
    holder, stay = world.lying(bed), world.expected(unit)

    answer = world.program().post(f"stays/{stay.pk}/place/", {"bed": bed.pk})

    problem = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert (problem["code"], problem["status"], problem["instance"]) == (
        "bed_occupied",
        409,
        f"/api/v1/stays/{stay.pk}/place/",
    )
    assert str(holder.patient) in problem["detail"]
    assert problem["errors"] == {"bed": [problem["detail"]]}
    assert Stay.objects.get(pk=stay.pk).state == StayState.EXPECTED


def test_a_departure_in_the_future_is_a_value_that_cannot_be():
    stay = world.lying(world.bed(world.unit()))
    tomorrow = timezone.now() + timedelta(days=1)

    answer = world.program().post(f"stays/{stay.pk}/discharge/", {"effective_at": tomorrow.isoformat()})

    assert (answer.status_code, answer.json()["code"]) == (422, "in_the_future")
    assert "effective_at" in answer.json()["errors"]


def test_a_reference_to_nothing_is_a_value_that_cannot_be():
    stay = world.lying(world.bed(world.unit()))

    answer = world.program().post(f"stays/{stay.pk}/move/", {"bed": 10**30})

    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (
        422,
        "unknown_reference",
        ["bed"],
    )


def test_a_verb_without_its_value_is_malformed():
    stay = world.lying(world.bed(world.unit()))

    answer = world.program().post(f"stays/{stay.pk}/move/", {})

    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (400, "invalid", ["bed"])


def test_the_right_to_see_is_not_the_right_to_move():
    unit = world.unit()
    stay, to = world.lying(world.bed(unit)), world.bed(unit)

    answer = world.program(Role.PHYSICIAN, unit).post(f"stays/{stay.pk}/move/", {"bed": to.pk})

    assert (answer.status_code, answer.json()["code"]) == (403, "denied")


@pytest.mark.parametrize("verb", ["admit", "place", "move", "discharge", "expect-discharge"])
def test_a_stay_of_another_unit_is_not_there_for_any_verb(verb):
    own, other = world.unit(), world.unit()
    stay = world.lying(world.bed(other))

    answer = world.program(Role.NURSE, own).post(f"stays/{stay.pk}/{verb}/", {"bed": world.bed(own).pk})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_an_expected_discharge_is_said_and_taken_away():
    stay = world.lying(world.bed(world.unit()))
    tomorrow = timezone.now() + timedelta(days=1)
    program = world.program()
    path = f"stays/{stay.pk}/expect-discharge/"

    said = program.post(path, {"expected_at": tomorrow.isoformat(), "certainty": "certain", "reason": "bilan"})
    assert (said.status_code, said.json()["expected_discharge_certainty"]) == (200, "certain")
    taken = program.post(path, {"expected_at": None})
    assert taken.json()["expected_discharge_at"] is None


def test_a_member_sees_the_stays_of_own_units_hosted_reserved_and_past_ones_included():
    own, other = world.unit(), world.unit()
    elsewhere = world.lying(world.bed(other))
    ours = world.lying(world.bed(own))
    hosted = world.expected(other)
    bed = world.bed(own)
    everywhere = world.program()
    everywhere.post(f"stays/{hosted.pk}/place/", {"bed": bed.pk})
    awaited = world.expected(other)
    later = (timezone.now() + timedelta(hours=3)).isoformat()
    everywhere.post("reservations/", {"stay": awaited.pk, "bed": world.bed(own).pk, "expected_at": later})
    gone = world.lying(world.bed(own))
    everywhere.post(f"stays/{gone.pk}/discharge/")

    member = world.program(Role.NURSE, own)

    assert {row["id"] for row in member.get("stays/").json()["results"]} == {ours.pk, hosted.pk, awaited.pk, gone.pk}
    assert member.get(f"stays/{elsewhere.pk}/").status_code == 404
    assert member.get(f"stays/{hosted.pk}/").status_code == 200
    assert everywhere.get("stays/").json()["count"] == 5


def test_an_account_without_the_right_gets_403():
    for role in (Role.INTERFACE, Role.DPO, Role.HOUSEKEEPING):
        answer = world.program(role).get("stays/")
        assert (answer.status_code, answer.json()["code"]) == (403, "denied")


def test_stays_are_filtered_by_state_unit_and_number():
    unit, other = world.unit(), world.unit()
    here, awaited = world.lying(world.bed(unit)), world.expected(other)
    Stay.objects.filter(pk=here.pk).update(visit_number="V1")
    program = world.program()

    def ids(**filters):
        return [row["id"] for row in program.get("stays/", **filters).json()["results"]]

    assert ids(state="present") == [here.pk]
    assert ids(unit=other.pk) == [awaited.pk]
    assert ids(visit_number="V1") == [here.pk]
    assert ids(unit=10**9) == []
    assert program.get("stays/", state="asleep").status_code == 400


def test_a_protected_stay_is_masked_and_not_found_by_its_number():
    stay = world.lying(world.bed(world.unit()), world.patient(birth_name="CELEBRE", protected=True))
    Stay.objects.filter(pk=stay.pk).update(visit_number="V7", account_number="D7")
    program = world.program()

    listed = program.get("stays/")
    shown = program.get(f"stays/{stay.pk}/")

    assert "CELEBRE" not in listed.content.decode() + shown.content.decode()
    assert (shown.json()["visit_number"], shown.json()["account_number"]) == ("", "")
    assert shown.json()["patient"]["name"] == "Identité protégée"
    assert program.get("stays/", visit_number="V7").json()["count"] == 0
    assert program.get("stays/", account_number="D7").json()["count"] == 0


def test_readings_are_traced_by_name_of_filter_and_never_by_value():
    stay = world.lying(world.bed(world.unit()))
    program = world.program()

    program.get("stays/", visit_number="SECRET", page=1, unit=stay.unit_id)
    program.get(f"stays/{stay.pk}/")

    listed, shown = AccessTrace.objects.order_by("pk")
    assert (listed.page, listed.count, listed.patient_id) == ("api.stays.list", 0, None)
    assert listed.params == {"filters": ["unit", "visit_number"]}
    assert (shown.page, shown.by, shown.patient_id) == ("api.stays.retrieve", program.user, stay.patient_id)


@pytest.mark.parametrize("path", ["stays/", "patients/", "placements/", "movements/", "beds/", "rooms/", "units/"])
def test_a_list_costs_the_same_for_one_row_and_for_thirty(path):
    unit = world.unit()
    program = world.program(Role.NURSE, unit)
    world.lying(world.bed(unit))
    program.get(path)
    with CaptureQueriesContext(connection) as one:
        assert program.get(path).json()["count"] >= 1
    for _ in range(29):
        world.lying(world.bed(world.unit() if path == "units/" else unit))
    with CaptureQueriesContext(connection) as thirty:
        assert program.get(path).json()["count"] >= 30
    assert len(thirty) == len(one)


def test_movements_are_the_ledger_of_a_stay():
    stay, other = world.lying(world.bed(world.unit())), world.lying(world.bed(world.unit()))
    program = world.program()

    rows = program.get("movements/", stay=stay.pk).json()["results"]

    assert [row["kind"] for row in rows] == [MovementKind.ADMISSION, MovementKind.PREADMISSION]
    assert program.get("movements/", patient=other.patient_id, kind="admission").json()["count"] == 1
    assert program.get(f"movements/{rows[0]['id']}/").json()["stay"] == stay.pk


def test_only_the_last_movement_is_undone():
    stay = world.lying(world.bed(world.unit()))
    first = stay.movements.order_by("pk").first()

    answer = world.program().post(f"movements/{first.pk}/undo/")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_last")
