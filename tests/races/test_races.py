"""Two people, or two systems, at the same instant. ``make soak`` runs many more rounds of the same."""

import ast
import re
from collections import Counter
from random import Random

import pytest
from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import UniqueConstraint

from amh.core.errors import Conflict, Denied
from amh.demo.management.commands import soak
from amh.demo.soak import campaigns, databases, pages, placements, races
from amh.demo.soak.duels import arena, duel
from amh.demo.soak.races import constraints
from amh.demo.soak.races import placements as bare_places
from amh.demo.soak.races.unraced import UNRACED
from amh.demo.soak.rounds import Race, Round, conflict, ends, one_exclusion, one_winner
from amh.demo.soak.wards import Ward
from patients.actions.placements import rebuild
from patients.queries import locks
from tests.architecture.sources import modules, name, tree
from tests.factories.clocks import NOW
from tests.lengths import THOROUGH

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5 if THOROUGH else 1
APPS = ("amh/core", "wards", "patients")
GROUPS = {module.__name__.rsplit(".", 1)[1]: races.of(module) for module in races.BY_ACTS} | {
    "bare_places": races.of(bare_places),
    "constraints": constraints.RACES,
}


@pytest.fixture(scope="module", autouse=True)
def haste(django_db_setup, django_db_blocker):
    """Deadlocks are found at once."""
    with django_db_blocker.unblock():
        databases.hasten()


@pytest.mark.parametrize("group", GROUPS)
def test_races_end_as_they_must(group):
    """One test for many races: to empty the database after each costs more than its rounds."""
    tallies = [campaigns.run(race, rounds=ROUNDS, seed=1, at=NOW) for race in GROUPS[group]]
    assert {tally.name: dict(+tally.faults) for tally in tallies if +tally.faults} == {}
    assert {tally.outcomes["rounds"] for tally in tallies} == {ROUNDS}


def test_every_race_runs_and_is_called_otherwise():
    assert Counter(race.name for race in races.RACES) == Counter(
        {race.name for group in GROUPS.values() for race in group}
    )


def test_every_act_has_its_race_or_says_why_not():
    raced = {verb for race in races.RACES for verb in race.verbs}
    excused = [verb for verbs in UNRACED.values() for verb in verbs]
    assert not raced & set(excused)
    known = {(verb.__module__, verb.__name__) for verb in [*raced, *excused]}
    assert acts() - known == set(), "Write its race in amh/demo/soak/races, or say in unraced.py why it needs none."


def acts():
    """Every ``@act`` of the apps, by module and name."""
    return {
        (name(path).removesuffix(".py").replace("/", "."), node.name)
        for path in modules()
        if name(path).startswith(APPS)
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and "act" in map(ast.unparse, node.decorator_list)
    }


def test_every_constraint_that_two_may_break_is_broken_by_two():
    broken = set(re.findall(r"`(\w+)`", " ".join(race.decided_by for race in races.RACES if race.bare)))
    assert set(exclusive()) - broken == set(), "Write two rows for it in amh/demo/soak/races/constraints.py."


def exclusive():
    """The constraints of the apps that allow one row beside another or not, by their names in the database."""
    for config in map(apps.get_app_config, ("core", "wards", "patients")):
        for model in config.get_models():
            if any(field.name == "pgh_label" for field in model._meta.fields):
                continue
            for one in model._meta.constraints:
                if isinstance(one, UniqueConstraint | ExclusionConstraint):
                    yield one.name
            for field in model._meta.local_concrete_fields:
                if field.unique and not field.primary_key:
                    yield f"{model._meta.db_table}_{field.column}_key"


def test_the_page_of_races_is_current(tmp_path, monkeypatch):
    assert soak.PAGE.read_text(encoding="utf-8") == pages.page(), (
        "Run `manage.py soak --page` and commit docs/races.md."
    )
    monkeypatch.setattr(soak, "PAGE", tmp_path / "races.md")
    call_command("soak", page=True)
    assert soak.PAGE.read_text(encoding="utf-8") == pages.page()


def test_the_parts_of_a_campaign_are_all_of_it():
    parts = [soak.chosen("", soak.part(text)) for text in ("1/3", "2/3", "3/3")]
    assert sorted(race.name for part in parts for race in part) == sorted(race.name for race in races.RACES)
    for wrong in ("0/2", "3/2", "1", "one/2"):
        with pytest.raises(ValueError):
            soak.part(wrong)


def test_a_ward_is_staged_as_the_acts_would_leave_it():
    ward = Ward(NOW)
    for stay in (ward.expected(), ward.present()):
        with transaction.atomic():
            touched = rebuild([locks.to_move(stay.pk)[stay.pk]], at=ward.now)
        assert (touched.beds, touched.units, touched.stays) == (set(), set(), set())


def test_a_double_placement_would_be_seen():
    ward = Ward(NOW)
    bed, other_bed, newcomer = ward.bed(), ward.bed(), ward.expected()
    stay = ward.present(bed)
    assert placements.doubles() == 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            for constraint in ("one_bed_one_patient", "one_patient_one_bed"):
                cursor.execute(f"ALTER TABLE patients_placement DROP CONSTRAINT {constraint}")
        placements.insert(newcomer, newcomer.patient, bed, at=NOW)
        placements.insert(stay, stay.patient, other_bed, at=NOW)
        assert placements.doubles() == 2
        transaction.set_rollback(True)


def refusing(refusal):
    """An act that is refused so."""

    def act():
        raise refusal

    return act


BUSY, LATE, NOT_YOURS = Conflict("Trop tard.", code="busy"), Conflict("Trop tard.", code="late"), Denied("", code="no")


@pytest.mark.parametrize(
    ("refusals", "faults", "found"),
    [
        ([None, LATE], ends(codes=["late"], left=lambda: True), []),
        ([None, LATE], ends(left=lambda: True), []),
        ([None, None], ends(done=(1, 2), left=lambda: True), []),
        ([None, None], ends(left=lambda: True), ["2 winners"]),
        ([None, BUSY], ends(codes=["late"], left=lambda: True), ["refused as busy"]),
        ([None, NOT_YOURS], ends(left=lambda: True), ["refused by Denied, not by a conflict"]),
        ([None, LATE], ends(left=lambda: False), ["the rows are not as they must be"]),
        ([LATE, LATE], one_winner, ["0 winners"]),
        ([None, LATE], lambda refusals: one_winner(refusals, saying=["14:32"]), ["the refusal does not say 14:32"]),
        ([None, LATE], one_exclusion, ["refused by something else than an exclusion constraint"]),
        ([None, None], one_exclusion, ["2 winners"]),
    ],
)
def test_what_is_not_as_it_must_be_is_a_fault(refusals, faults, found):
    assert faults(refusals) == found
    assert conflict(LATE, codes=["late"]) == []


def test_a_violation_is_told_and_counted():
    def stage(ward):
        return Round([lambda: None, refusing(LATE)], ends(done=2, left=lambda: False))

    lines = []
    chosen = [Race("torn", (), "", "", stage), constraints.race_of("flag_once")]
    violations = campaigns.soak(chosen, rounds=2, seed=7, at=NOW, say=lines.append)
    assert lines[0] == "torn: done=2 refused:late=2 rounds=2 violations=4"
    assert lines[1] == "bare_flag_once: done=2 refused:23505=2 rounds=2 violations=0"
    assert lines[2] == "soak rounds=2 races=2 seed=7 violations=4"
    assert violations == ["torn: 1 winners (2)", "torn: the rows are not as they must be (2)"]


def test_acts_meet_on_connections_of_their_own():
    seen = []

    def look():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            seen.append(cursor.fetchone()[0])

    with arena(2) as meet:
        for _ in range(2):
            assert meet([look, look], Random(1)) == [None, None]
    assert len(seen) == 4
    assert len(set(seen)) == 2
    with pytest.raises(ZeroDivisionError):
        duel([lambda: 1 / 0], chance=Random(1))
