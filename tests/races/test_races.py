"""Two people, or two systems, at the same instant. ``make soak`` runs many more rounds of the same."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from amh.demo.management.commands import soak
from amh.demo.soak import placements, races
from amh.demo.soak.wards import Ward
from tests.factories.clocks import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("race", races.RACES)
def test_a_race_ends_with_one_bed_for_one_patient(race):
    tally = races.run(race, rounds=10, seed=1, at=NOW)
    assert +tally.faults == {}
    assert tally.outcomes["rounds"] == 10


def test_the_page_of_races_is_current(tmp_path, monkeypatch):
    assert soak.PAGE.read_text(encoding="utf-8") == races.page(), (
        "Run `manage.py soak --page` and commit docs/races.md."
    )
    monkeypatch.setattr(soak, "PAGE", tmp_path / "races.md")
    call_command("soak", page=True)
    assert soak.PAGE.read_text(encoding="utf-8") == races.page()


def test_a_double_placement_would_be_seen():
    ward = Ward(NOW)
    bed, other_bed, newcomer = ward.bed(), ward.bed(), ward.expected()
    stay = ward.present(bed)
    assert placements.doubles() == 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            for name in ("one_bed_one_patient", "one_patient_one_bed"):
                cursor.execute(f"ALTER TABLE patients_placement DROP CONSTRAINT {name}")
        placements.insert(newcomer, newcomer.patient, bed, at=NOW)
        placements.insert(stay, stay.patient, other_bed, at=NOW)
        assert placements.doubles() == 2
        transaction.set_rollback(True)
