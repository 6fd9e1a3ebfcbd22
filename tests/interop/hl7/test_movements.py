from datetime import UTC, datetime

import pytest

from amh.interop.hl7.readings import Action, FunctionalUnit
from tests.factories.clocks import PARIS
from tests.interop.hl7 import samples


def test_the_movement_of_a_french_admission():
    movement = samples.reading("admission_pam").movement

    assert (movement.movement_id, movement.movement_domain) == ("M900", "CLCC-TEST")
    assert movement.effective_at == datetime(2026, 3, 5, 8, tzinfo=UTC)
    assert (movement.action, movement.historic, movement.original_trigger) == (Action.INSERT, False, "")
    assert movement.medical_uf == FunctionalUnit("4410", "Oncologie 4")
    assert movement.care_uf == FunctionalUnit("4419", "Soins 4")
    assert (movement.nature, movement.shifted) == ("HMS", False)


def test_a_cancelled_transfer():
    movement = samples.reading("transfer_cancelled_pam").movement

    assert (movement.action, movement.original_trigger) == (Action.CANCEL, "A02")


def test_a_segment_one_field_too_far_is_realigned():
    reading = samples.reading("discharge_shifted")
    movement = reading.movement

    assert (movement.shifted, movement.action, movement.nature) == (True, Action.INSERT, "HMS")
    assert movement.medical_uf == FunctionalUnit("4410", "Oncologie 4")
    assert reading.location.uf == "4410"
    assert ("movement-shifted", "ZBE-4") in samples.codes(reading)


def test_a_time_after_the_message_itself_is_not_the_time_of_a_shifted_movement():
    assert samples.reading("discharge_shifted").movement.effective_at == datetime(2026, 3, 9, 10, 20, tzinfo=UTC)


def test_the_time_of_a_movement_shifted_from_its_start():
    movement = samples.read("ZBE|M1|20260301|20260305080000||INSERT|Y").movement

    assert movement.effective_at == datetime(2026, 3, 5, 7, tzinfo=UTC)
    assert movement.historic


@pytest.mark.parametrize(
    ("trigger", "action", "expected", "odd"),
    [
        ("A01", "", Action.INSERT, "action-derived"),
        ("A12", "AJOUT", Action.CANCEL, "action-derived"),
        ("A12", "INSERT", Action.CANCEL, "action-contradiction"),
        ("A01", "CANCEL", Action.CANCEL, "action-contradiction"),
        ("A06", "CANCEL", Action.CANCEL, "original-event-missing"),
        ("Z99", "UPDATE", Action.UPDATE, "original-event-missing"),
        ("Z99", "", Action.UPDATE, "action-derived"),
    ],
)
def test_the_action_when_sender_and_event_disagree(trigger, action, expected, odd):
    reading = samples.read(samples.zbe(action=action), trigger=trigger)

    assert reading.movement.action == expected
    assert odd in {code for code, _ in samples.codes(reading)}


@pytest.mark.parametrize(
    ("trigger", "action"),
    [("A01", "INSERT"), ("A11", "CANCEL"), ("A12", "CANCEL"), ("A13", "CANCEL"), ("A31", "UPDATE"), ("A02", "INSERT")],
)
def test_without_zbe_the_event_says_what_is_done(trigger, action):
    movement = samples.read("PID|1||7", trigger=trigger).movement

    assert (movement.movement_id, movement.action) == ("", action)


@pytest.mark.parametrize(
    ("trigger", "event", "visit", "hour"),
    [
        ("A01", "EVN||2026030502||||2026030501", "|" * 41 + "2026030503|2026030504", 1),
        ("A01", "EVN||2026030502", "|" * 41 + "2026030503|2026030504", 3),
        ("A03", "EVN||2026030502", "|" * 41 + "2026030503|2026030504", 4),
        ("A02", "EVN||2026030502", "|" * 41 + "2026030503|2026030504", 2),
        ("A02", "EVN|A02", "", 9),
    ],
)
def test_without_zbe_the_time_is_the_nearest_one_said(trigger, event, visit, hour):
    movement = samples.read(event, f"PV1|1|I|4410{visit}", trigger=trigger).movement

    assert movement.effective_at.astimezone(PARIS).hour == hour


def test_a_movement_without_a_readable_time_takes_another_and_says_so():
    reading = samples.read("EVN||20260305080000", samples.zbe(at="05/03/2026"))

    assert reading.movement.effective_at == datetime(2026, 3, 5, 7, tzinfo=UTC)
    assert {("timestamp", "ZBE-2"), ("effective-time-derived", "ZBE-2")} <= samples.codes(reading)


def test_a_movement_dated_without_an_hour_is_reported():
    assert ("effective-time-day", "ZBE-2") in samples.codes(samples.read(samples.zbe()))


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("Oncologie^^^^^CLCC^UF^^^4410", FunctionalUnit("4410", "Oncologie")),
        ("Oncologie^^4410", FunctionalUnit("4410", "Oncologie")),
        ("4410", FunctionalUnit("4410", "4410")),
        ("Oncologie^L", FunctionalUnit("", "Oncologie")),
    ],
)
def test_the_code_of_a_functional_unit(unit, expected):
    assert samples.read(samples.zbe(units=unit)).movement.medical_uf == expected
