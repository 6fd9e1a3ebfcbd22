"""A database that is away is told from one that refuses."""

import psycopg2
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError, connection

from amh.core.outages import is_away
from patients.models import Patient

REFUSED = ("SELECT no_such_column", "DO $$ BEGIN RAISE SQLSTATE 'ZZ001'; END $$", "SELECT 1 / 0")


@pytest.mark.parametrize("error", [OperationalError(), InterfaceError()])
def test_what_the_driver_calls_an_outage_is_one(error):
    assert is_away(error)


def test_a_server_that_dies_amid_an_answer_is_away():
    died = DatabaseError("server closed the connection unexpectedly")
    died.__cause__ = psycopg2.DatabaseError("server closed the connection unexpectedly")
    assert is_away(died)


@pytest.mark.django_db
@pytest.mark.parametrize("sql", REFUSED)
def test_what_postgresql_refuses_is_none(sql):
    with pytest.raises(DatabaseError) as refused, connection.cursor() as cursor:
        cursor.execute(sql)
    assert not is_away(refused.value)


@pytest.mark.django_db
def test_what_django_refuses_is_none():
    with pytest.raises(DatabaseError) as refused:
        Patient(pk=1).save(update_fields=["birth_name"])
    assert not is_away(refused.value)


def test_nothing_and_another_error_are_none():
    assert not is_away(None)
    assert not is_away(ValueError())
    assert not is_away(ProgrammingError())
