"""A right that ends is gone from a board that is open: the stream is closed, or goes on with fewer names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from amh.core.models import Session, User
from amh.core.roles import Role
from patients import events
from patients.models import AccessReason, ExceptionalAccess, Patient
from tests.conftest import database_url, serving
from tests.core.live.streams import Stream
from tests.factories.logins import a_session
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from wards.models import Bed, Cover, Duty, DutyKind, Membership

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
OFTEN = "0.4"
"""Seconds within which a stream is ruled on anew; a minute where people work."""


@pytest.fixture(scope="module")
def port(django_db_setup: None) -> Iterator[int]:
    """The application, which looks at its streams more often than it does elsewhere."""
    with serving(DATABASE_URL=database_url(), LIVE_RECHECK_SECONDS=OFTEN) as address:
        yield urlsplit(address).port or 0


@dataclass
class Watched:
    """A patient in a bed, and somebody whose rights come from nowhere yet."""

    bed: Bed
    patient: Patient
    user: User

    def span(self) -> dict[str, object]:
        """A time that has begun and goes on."""
        now = timezone.now()
        return {"starts_at": now - HOUR, "ends_at": now + HOUR}


@pytest.fixture
def watched(transactional_db: None) -> Watched:
    bed = a_bed(a_unit("MED", name="Médecine"))
    patient = a_patient("TROUVABLE")
    present(bed, patient=patient, at=timezone.now() - HOUR)
    return Watched(bed, patient, a_user(Role.NURSE))


def works(one: Watched) -> Callable[[], object]:
    made = Membership.objects.create(
        user=one.user, unit=one.bed.room.unit, valid_from=timezone.now() - HOUR, valid_until=timezone.now() + HOUR
    )
    return lambda: Membership.objects.filter(pk=made.pk).update(valid_until=timezone.now())


def covers(one: Watched) -> Callable[[], object]:
    made = Cover.objects.create(user=one.user, unit=one.bed.room.unit, entered_at=timezone.now(), **one.span())
    return lambda: Cover.objects.filter(pk=made.pk).update(ends_at=timezone.now())


def is_on_call(one: Watched) -> Callable[[], object]:
    made = Duty.objects.create(user=one.user, kind=DutyKind.NIGHT_CADRE, entered_at=timezone.now(), **one.span())
    return lambda: Duty.objects.filter(pk=made.pk).update(ends_at=timezone.now())


def opened_the_record(one: Watched) -> Callable[[], object]:
    said = {"reason": AccessReason.ADVICE, "explanation": "Appelée cette nuit"}
    made = ExceptionalAccess.objects.create(user=one.user, patient=one.patient, **said, **one.span())
    return lambda: ExceptionalAccess.objects.filter(pk=made.pk).update(ends_at=timezone.now())


@pytest.mark.parametrize("right", [works, covers, is_on_call, opened_the_record])
def test_names_go_when_the_right_to_them_ends(
    right: Callable[[Watched], Callable[[], object]], watched: Watched, port: int
):
    end = right(watched)
    stream = Stream(port, "/live/lits", session=a_session(watched.user).pk)
    stream.take("beat")
    touch(watched.bed)
    assert "TROUVABLE" in stream.take("card").text
    end()
    stream.take("reset")
    touch(watched.bed)
    assert "TROUVABLE" not in stream.take("card").text
    stream.close()


def touch(bed: Bed) -> None:
    events.board_changed(beds=[bed.pk], at=timezone.now())


def people(session: Session) -> QuerySet[User]:
    return User.objects.filter(pk=session.user_id)


def rows(session: Session) -> QuerySet[Session]:
    return Session.objects.filter(pk=session.pk)


ENDINGS: dict[str, Callable[[Session], object]] = {
    "account": lambda session: people(session).update(is_active=False),
    "password": lambda session: people(session).update(password="another"),
    "role": lambda session: people(session).update(role=Role.INTERFACE),
    "log-out": lambda session: rows(session).delete(),
    "lock": lambda session: rows(session).update(locked_at=timezone.now()),
    "age": lambda session: rows(session).update(expire_date=timezone.now()),
}


def test_a_stream_ends_with_what_let_it_be_opened(watched: Watched, port: int):
    sessions = {end: a_session(a_user(Role.NURSE, watched.bed.room.unit)) for end in ENDINGS}
    streams = {end: Stream(port, "/live/lits", session=session.pk) for end, session in sessions.items()}
    for stream in streams.values():
        stream.take("beat")
    for end, act in ENDINGS.items():
        act(sessions[end])
    for end, stream in streams.items():
        assert stream.rest()[-1] == "bye", end
        stream.close()


def test_a_token_opens_no_stream(watched: Watched, port: int):
    stream = Stream(port, "/live/lits", Authorization="Bearer whatever")
    assert stream.status == 401
    stream.close()
