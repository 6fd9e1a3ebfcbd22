"""Traces that were changed behind the program's back are found; the program itself cannot change them."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from amh.core import audit, seals
from amh.core.models import AccessTrace, TraceSeal
from amh.core.roles import Role
from amh.core.tasks import seal as nightly
from tests.factories.clocks import NOW
from tests.factories.people import a_user

pytestmark = pytest.mark.django_db

OLD = NOW - timedelta(days=1)
GRANTS = settings.BASE_DIR / "docs" / "deploy" / "roles.sql"


@pytest.fixture
def reader():
    return a_user(Role.NURSE)


def read(reader, number=1, *, at=OLD):
    for patient_id in range(1, number + 1):
        audit.trace("patient", by=reader, at=at, ip="10.0.0.1", patient_id=patient_id, ground="unit")
    return AccessTrace.objects.latest("pk")


def unprotected(statement):
    """Run a statement as the owner of the database could: with the trigger away."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE core_accesstrace DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE core_accesstrace ENABLE TRIGGER USER")


def test_the_traces_of_the_day_are_sealed_once(reader):
    read(reader, 3)
    assert seals.seal_all(at=NOW) == 3
    assert seals.seal_all(at=NOW) == 0
    first, *_rest, last = AccessTrace.objects.order_by("pk")
    made = TraceSeal.objects.get()
    assert (made.first_trace_id, made.last_trace_id, made.count, made.sealed_at) == (first.pk, last.pk, 3, NOW)
    assert list(seals.disagreeing()) == []


def test_a_trace_of_this_hour_waits_for_the_next_night(reader):
    read(reader, 2)
    read(reader, 1, at=NOW - timedelta(minutes=30))
    assert seals.seal_all(at=NOW) == 2
    assert seals.seal_all(at=NOW + timedelta(days=1)) == 1
    assert list(seals.disagreeing()) == []


def test_a_long_day_has_several_seals_each_chained_to_the_one_before(reader, monkeypatch):
    monkeypatch.setattr(seals, "LONGEST", 2)
    read(reader, 5)
    assert seals.seal_all(at=NOW) == 5
    one, two, three = TraceSeal.objects.order_by("pk")
    assert [made.count for made in (one, two, three)] == [2, 2, 1]
    alone = seals.digest("", after=one.last_trace_id, last=two.last_trace_id)
    chained = seals.digest(one.digest, after=one.last_trace_id, last=two.last_trace_id)
    assert two.digest == chained != alone
    assert list(seals.disagreeing()) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_accesstrace SET patient_id = 99 WHERE id = {pk}",
        "UPDATE core_accesstrace SET at = at + interval '1 second' WHERE id = {pk}",
        "UPDATE core_accesstrace SET params = '{{}}' WHERE id = {pk}",
        "UPDATE core_accesstrace SET by_id = {other} WHERE id = {pk}",
        "DELETE FROM core_accesstrace WHERE id = {pk}",
        "INSERT INTO core_accesstrace (id, at, by_id, role, page, kind, params, count)"
        " SELECT {pk} - 1, at, by_id, role, page, kind, params, count FROM core_accesstrace WHERE id = {pk}",
    ],
    ids=["patient", "hour", "right", "person", "taken away", "slipped in"],
)
def test_a_trace_changed_behind_the_program_is_found(reader, monkeypatch, change):
    monkeypatch.setattr(seals, "LONGEST", 1)
    first = read(reader)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('core_accesstrace', 'id'))")
    changed = read(reader)
    read(reader)
    seals.seal_all(at=NOW)
    assert list(seals.disagreeing()) == []
    unprotected(change.format(pk=changed.pk, other=a_user(Role.DPO).pk))
    (broken,) = seals.disagreeing()
    assert (broken.last_trace_id, first.pk) == (changed.pk, broken.first_trace_id - 2)


def test_the_command_says_that_all_agrees_or_names_the_first_range_that_does_not(reader, capsys):
    call_command("verify_traces")
    assert capsys.readouterr().out == "Sceaux vérifiés : 0. Tout concorde.\n"
    read(reader, 2)
    seals.seal_all(at=NOW)
    call_command("verify_traces")
    assert capsys.readouterr().out == "Sceaux vérifiés : 1. Tout concorde.\n"
    first, last = AccessTrace.objects.order_by("pk").values_list("pk", flat=True)
    unprotected("UPDATE core_accesstrace SET count = 7")
    with pytest.raises(CommandError, match=f"Les traces {first} à {last} ne sont plus celles"):
        call_command("verify_traces")


def test_the_nightly_job_seals_by_the_clock_on_the_wall(reader):
    read(reader)
    nightly()
    assert TraceSeal.objects.get().count == 1


@pytest.mark.parametrize("table", ["core_accesstrace", "core_auditentry", "core_traceseal"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
def test_the_database_refuses_to_change_what_was_written(reader, table, statement):
    trace = read(reader)
    audit.record("patient.register", subject=reader, by=reader, at=OLD)
    seals.seal_all(at=NOW)
    assert trace.pk
    with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
        _run(statement.format(table=table))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_accesstrace SET count = 7",
        "DELETE FROM core_accesstrace",
        "TRUNCATE core_accesstrace",
        "ALTER TABLE core_accesstrace DISABLE TRIGGER USER",
        "DROP TABLE core_auditentry CASCADE",
        "TRUNCATE core_auditentry",
        "TRUNCATE core_traceseal",
        "DELETE FROM core_traceseal",
    ],
)
def test_the_role_of_the_program_may_not_even_try(reader, statement):
    """The grants are those of docs/deploy/roles.sql, as a site runs them."""
    read(reader)
    _run("CREATE ROLE amh_program")
    _run(GRANTS.read_text(encoding="utf-8"))
    _run("SET LOCAL ROLE amh_program")
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        _run(statement)
    audit.trace("patient", by=reader, at=OLD, ip=None)
    assert AccessTrace.objects.count() == 2
    _run("RESET ROLE")


def _run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
