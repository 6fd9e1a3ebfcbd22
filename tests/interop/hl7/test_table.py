"""The table of events and the page that is written from it."""

import pytest

from amh.interop.hl7 import described, table
from amh.interop.hl7.readings import Action
from amh.interop.management.commands.hl7 import PAGE
from tests.interop.hl7.samples import read, zbe

PAM = {
    *("A01", "A02", "A03", "A04", "A05", "A06", "A07", "A11", "A12", "A13", "A14", "A15", "A16", "A21", "A22"),
    *("A25", "A26", "A27", "A28", "A31", "A38", "A40", "A44", "A47", "A52", "A53", "A54", "A55", "Z99"),
}
"""The events of IHE PAM France 2.11."""


def test_every_event_of_the_profile_has_its_line():
    assert table.EVENTS.keys() >= PAM


def test_every_event_says_what_each_action_does():
    assert {trigger for trigger, event in table.EVENTS.items() if set(event.effects) != set(Action)} == set()


def test_the_page_is_that_of_the_table():
    assert PAGE.read_text(encoding="utf-8") == described.page(), "Run `manage.py hl7` and commit docs/hl7.md."


@pytest.mark.parametrize("trigger", sorted(table.OF_MOVEMENT))
@pytest.mark.parametrize("said", ["", "INSERT", "UPDATE", "CANCEL", "?"])
def test_the_action_of_a_movement_is_what_it_says_unless_one_of_the_two_cancels(trigger, said):
    implied = Action.CANCEL if trigger in table.CANCELS else Action.UPDATE if trigger == "Z99" else Action.INSERT
    found = read("PID|1||1^^^X^PI||A", "PV1|1|I", zbe(action=said), trigger=trigger).movement.action
    expected = implied if said not in set(Action) else Action(said)
    cancels = Action.CANCEL in (expected, implied)
    assert found == (Action.CANCEL if cancels else expected)
