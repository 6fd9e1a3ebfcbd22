"""A statement that is planned once for a connection: what it answers, and how it lives and dies with it."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from amh.core.prepared_statements import Prepared

SQL = "SELECT bed, %(at)s, 100 %% 7 FROM unnest(%(beds)s) bed WHERE %(beds)s IS NOT NULL ORDER BY bed"
AT = datetime(2026, 11, 21, 14, tzinfo=UTC)


@pytest.fixture
def statement(request) -> Prepared:
    return Prepared(f"trial_{abs(hash(request.node.name))}", SQL, at="timestamptz", beds="bigint[]")


def known() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'trial%%'")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_it_answers_for_the_values_of_each_call(statement):
    assert statement.rows(at=AT, beds=[2, 1]) == [(1, AT, 2), (2, AT, 2)]
    assert statement.rows(at=AT, beds=[]) == statement.rows(at=AT, beds=None) == []


@pytest.mark.django_db
def test_it_is_one_statement_from_the_first_call(statement, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(1):
            statement.rows(at=AT, beds=[1])


@pytest.mark.django_db
def test_it_is_prepared_once_for_a_connection(statement):
    before = known()
    for _ in range(3):
        statement.rows(at=AT, beds=[1])
    assert known() == before + 1


@pytest.mark.django_db
def test_an_act_that_is_given_up_leaves_it_prepared(statement):
    with transaction.atomic():
        statement.rows(at=AT, beds=[1])
        transaction.set_rollback(True)
    assert statement.rows(at=AT, beds=[1]) == [(1, AT, 2)]


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_prepares_it_anew(statement):
    statement.rows(at=AT, beds=[1])
    connection.close()
    assert known() == 0
    assert statement.rows(at=AT, beds=[1]) == [(1, AT, 2)]


@pytest.mark.django_db(transaction=True)
def test_each_thread_has_its_own(statement):
    found = []

    def read() -> None:
        found.append(statement.rows(at=AT, beds=[len(found)]))
        connection.close()

    for _ in range(3):
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    assert found == [[(number, AT, 2)] for number in range(3)]


@pytest.mark.django_db
def test_one_that_cannot_be_planned_fails_as_any_other():
    broken = Prepared("trial_broken", "SELECT nothing FROM nowhere")
    for _ in range(2):
        with pytest.raises(DatabaseError, match="nowhere"), transaction.atomic():
            broken.rows()
