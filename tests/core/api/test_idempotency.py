import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from amh.core.api import tasks
from amh.core.models import IdempotencyKey
from patients.models import Movement, MovementKind, Patient, Stay
from tests.core.api import world

KEY = {"Idempotency_Key": "4f1c-1"}
PERSON = {"birth_name": "DURAND", "first_names": "Paul"}


@pytest.mark.django_db
def test_the_same_request_again_is_done_once_and_answered_alike():
    program = world.program()

    first = program.post("patients/", PERSON, **KEY)
    again = program.post("patients/", PERSON, **KEY)

    assert Patient.objects.count() == 1
    assert (again.status_code, again.json(), again["Location"]) == (201, first.json(), first["Location"])
    assert (first.headers.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")


@pytest.mark.django_db
def test_an_answer_without_a_body_is_kept_too():
    program, who = world.program(), world.patient()

    answers = [program.post(f"patients/{who.pk}/withdraw/", **KEY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert answers[1].content == b""


@pytest.mark.django_db
def test_another_request_under_the_same_key_is_refused():
    program, who = world.program(), world.patient()
    program.post("patients/", PERSON, **KEY)

    body = program.post("patients/", PERSON | {"sex": "M"}, **KEY)
    path = program.post(f"patients/{who.pk}/withdraw/", **KEY)

    assert (body.status_code, body.json()["code"]) == (422, "idempotency_key_reused")
    assert (path.status_code, path.json()["code"]) == (422, "idempotency_key_reused")
    assert Patient.objects.filter(cancelled_at=None).count() == 2


@pytest.mark.django_db
def test_a_key_belongs_to_its_account():
    for _ in range(2):
        assert world.program().post("patients/", PERSON, **KEY).status_code == 201
    assert Patient.objects.count() == 2


@pytest.mark.django_db
def test_a_refused_request_leaves_its_key_free():
    program = world.program()
    bed = world.bed(world.unit())
    holder, stay = world.lying(bed), world.expected(bed.room.unit)

    assert program.post(f"stays/{stay.pk}/place/", {"bed": bed.pk}, **KEY).status_code == 409
    assert not IdempotencyKey.objects.exists()
    program.post(f"stays/{holder.pk}/discharge/")
    assert program.post(f"stays/{stay.pk}/place/", {"bed": bed.pk}, **KEY).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 201])
def test_a_key_that_is_none_is_malformed(key):
    answer = world.program().post("patients/", PERSON, Idempotency_Key=key)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Idempotency-Key"])


@pytest.mark.django_db
def test_keys_are_forgotten_after_a_day():
    program = world.program()
    program.post("patients/", PERSON, Idempotency_Key="old")
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    program.post("patients/", PERSON, Idempotency_Key="new")

    tasks.prune()

    assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]


def in_thread(act, *args, **kwargs):
    """Run ``act`` on a database connection of its own."""
    try:
        return act(*args, **kwargs)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_still_under_way_is_not_begun_a_second_time():
    program = world.program()
    bed = world.bed(world.unit())
    stay = world.expected(bed.room.unit)
    path, body = f"stays/{stay.pk}/place/", {"bed": bed.pk}

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Stay.objects.select_for_update().get(pk=stay.pk)
            first = pool.submit(in_thread, program.post, path, body, **KEY)
            wait_for_claim()
            meanwhile = from_a_third_connection(program, path, body)
        done = first.result()

    assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "idempotency_key_in_use")
    assert done.status_code == 200
    again = program.post(path, body, **KEY)
    assert (again.status_code, again["Idempotency-Replayed"], again.json()) == (200, "true", done.json())
    assert Movement.objects.filter(stay=stay, kind=MovementKind.ADMISSION).count() == 1


def wait_for_claim() -> None:
    """Wait until the other connection has claimed the key, in this database: other tests take locks in theirs."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
                " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    pytest.fail("nobody claimed the key")


def from_a_third_connection(program, path, body):
    """Send the request from a third connection, outside the transaction of this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(in_thread, program.post, path, body, **KEY).result()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_done_once():
    program, start = world.program(), threading.Barrier(8, timeout=30)

    def send():
        start.wait()
        return program.post("patients/", PERSON, **KEY)

    with ThreadPoolExecutor(8) as pool:
        answers = [each.result() for each in [pool.submit(in_thread, send) for _ in range(8)]]

    assert Patient.objects.count() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    originals = [each for each in answers if each.status_code == 201 and "Idempotency-Replayed" not in each.headers]
    assert len(originals) == 1


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_refuses_a_second_row_for_a_key():
    user, start = world.program().user, threading.Barrier(2, timeout=30)

    def insert():
        start.wait()
        try:
            IdempotencyKey.objects.create(
                user=user, key="k", method="POST", path="/", body_digest="", status=200, response=None
            )
        except IntegrityError:
            return "refused"
        return "kept"

    with ThreadPoolExecutor(2) as pool:
        ends = [each.result() for each in [pool.submit(in_thread, insert) for _ in range(2)]]

    assert sorted(ends) == ["kept", "refused"]
