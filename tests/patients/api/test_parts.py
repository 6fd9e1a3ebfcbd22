"""What every part of a record does alike in the interface."""

import pytest

from amh.core.roles import Role
from patients.actions import consents
from patients.models import ConsentAnswer, ConsentSubject, Source
from tests.core.api import world
from tests.expectations import counted
from tests.factories.clocks import NOW
from tests.factories.records import a_contact, a_flag, a_gp, a_practitioner, an_address, an_organisation

pytestmark = pytest.mark.django_db


def a_consent(patient):
    """A yes to messages."""
    said = {"subject": ConsentSubject.SMS, "answer": ConsentAnswer.YES, "source": Source.SAID}
    return consents.note(patient=patient, given_at=NOW, by=None, at=NOW, **said)


ROWS = {"contacts": a_contact, "correspondents": a_gp, "consents": a_consent, "flags": a_flag}
ENTRIES = {
    "practitioners": a_practitioner,
    "organisations": an_organisation,
    "addresses": lambda: an_address(a_practitioner()),
}
PARTS = pytest.mark.parametrize("noun", list(ROWS))


@PARTS
def test_a_list_of_parts_asks_as_much_for_thirty_rows_as_for_one(noun):
    caller, queries = world.program(Role.TEAM_LEAD), []
    for number in (1, 30):
        for _ in range(number):
            ROWS[noun](world.patient())
        caller.get(f"{noun}/")
        with counted(queries):
            assert len(caller.get(f"{noun}/").json()["results"]) >= number
    assert queries[0] == queries[1]


@pytest.mark.parametrize("noun", list(ENTRIES))
def test_the_list_of_correspondents_asks_as_much_for_thirty_rows_as_for_one(noun):
    caller, queries = world.program(Role.AMH), []
    for number in (1, 30):
        for _ in range(number):
            ENTRIES[noun]()
        caller.get(f"{noun}/")
        with counted(queries):
            assert len(caller.get(f"{noun}/").json()["results"]) >= number
    assert queries[0] == queries[1]


@PARTS
def test_parts_of_a_protected_record_are_not_there(noun):
    unit = world.unit()
    row = ROWS[noun](world.lying(world.bed(unit), world.patient(protected=True)).patient)
    for caller in (world.program(Role.TEAM_LEAD), world.program(Role.AMH, unit)):
        assert caller.get(f"{noun}/").json()["count"] == 0
        assert caller.get(f"{noun}/", patient=row.patient_id).json()["count"] == 0
        assert caller.get(f"{noun}/{row.pk}/").status_code == 404


@PARTS
def test_parts_of_another_unit_are_not_there(noun):
    own = world.unit()
    ours = ROWS[noun](world.lying(world.bed(own)).patient)
    theirs = ROWS[noun](world.lying(world.bed(world.unit())).patient)
    caller = world.program(Role.NURSE, own)
    assert [row["id"] for row in caller.get(f"{noun}/").json()["results"]] == [ours.pk]
    assert caller.get(f"{noun}/{theirs.pk}/").status_code == 404


@PARTS
def test_a_patient_that_is_none_is_refused(noun):
    answer = world.program(Role.TEAM_LEAD).get(f"{noun}/", patient="tout")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["patient"])
