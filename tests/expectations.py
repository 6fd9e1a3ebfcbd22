"""What many tests ask in the same words."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from amh.core.errors import Denied, Refusal
from amh.core.models import AuditEntry, Change, User
from amh.core.roles import Role
from patients.models import Stay
from tests.factories.people import a_user
from wards.models import Unit

WRITTEN = """
SELECT (SELECT count(*) FROM core_auditentry), (SELECT count(*) FROM core_change),
       (SELECT count(*) FROM patients_placement)
"""


@contextmanager
def refused(kind: type[Refusal], code: str, *, field: str | None = None, saying: str = "") -> Iterator[None]:
    """The act inside is refused so, with a sentence that contains ``saying``."""
    with pytest.raises(kind) as caught:
        yield
    refusal = caught.value
    assert (type(refusal), refusal.code, refusal.field) == (kind, code, field)
    assert saying in refusal.sentence


@contextmanager
def recorded(action: str, *, beds: tuple[object, ...] = (), units: tuple[object, ...] = ()) -> Iterator[None]:
    """The act inside writes one audit line, ``action``, and announces exactly these beds and unit heads."""
    audits = AuditEntry.objects.count()
    with announced({bed.pk for bed in beds} | {-unit.pk for unit in units}):
        yield
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")[audits:]] == [action]


@contextmanager
def announced(refs: set[int]) -> Iterator[None]:
    """The act inside has exactly these beds, and the heads of these units (below none), shown anew."""
    before = Change.objects.count()
    yield
    assert {change.ref for change in Change.objects.order_by("pk")[before:] if change.topic == "lits"} == refs


@contextmanager
def nothing_written() -> Iterator[None]:
    """The act inside leaves no trace at all."""
    before = _written()
    yield
    assert _written() == before


def _written() -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return tuple(cursor.fetchone())


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def who_may(act: Callable[[User], object], *units: Unit) -> set[Role]:
    """The roles whose people, at work in ``units``, may do this; the others are denied, and leave no trace at all.

    Each try is taken back.
    """
    return {role for role in Role if _may(act, role, units)}


def _may(act: Callable[[User], object], role: Role, units: Iterable[Unit]) -> bool:
    with undone():
        by, before = a_user(role, *units), _written()
        try:
            act(by)
        except Denied as refusal:
            code = refusal.code
        else:
            return True
        assert (code, _written()) == ("denied", before)
        return False


def places(stay: Stay) -> list[tuple[object, ...]]:
    """Where the patient of a stay was: unit, bed, from, to, in order."""
    rows = stay.placements.select_related("unit", "bed").order_by("starts_at", "pk")
    return [(row.unit, row.bed, row.starts_at, row.ends_at) for row in rows]


@contextmanager
def counted(queries: list[int]) -> Iterator[None]:
    """Add to ``queries`` the number of statements that the act inside sends."""
    with CaptureQueriesContext(connection) as captured:
        yield
    queries.append(len(captured))
