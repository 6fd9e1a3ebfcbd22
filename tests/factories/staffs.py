"""What people have promised for a time, given by the real actions."""

from datetime import datetime, timedelta

from amh.core import entitlements
from amh.core.models import User
from amh.core.roles import Role
from tests.factories.clocks import NOW
from tests.factories.people import a_user
from wards.actions import absences, covers, duties
from wards.models import Absence, Cover, Duty, DutyKind, Unit

HOUR = timedelta(hours=1)


def a_cover(
    unit: Unit, user: User | None = None, *, start: datetime = NOW, end: datetime = NOW + 8 * HOUR, at: datetime = NOW
) -> Cover:
    """A unit entrusted to a person, for eight hours unless said otherwise."""
    user = user or a_user(Role.AMH)
    return covers.cover(unit=unit, user=user, starts_at=start, ends_at=end, by=None, at=at)


def an_absence(
    user: User, *, start: datetime = NOW, end: datetime = NOW + 8 * HOUR, at: datetime = NOW, **said: object
) -> Absence:
    """A person away for eight hours, unless said otherwise."""
    return absences.record(user=user, starts_at=start, ends_at=end, by=None, at=at, **said)


def a_duty(
    user: User | None = None,
    unit: Unit | None = None,
    *,
    kind: DutyKind = DutyKind.NIGHT_CADRE,
    start: datetime = NOW,
    end: datetime = NOW + 8 * HOUR,
    at: datetime = NOW,
) -> Duty:
    """A person on call for eight hours, unless said otherwise."""
    user = user or a_user(Role.NURSE)
    return duties.give(kind=kind, user=user, unit=unit, starts_at=start, ends_at=end, by=None, at=at)


def now(user: User, at: datetime) -> User:
    """The person read afresh as at the beginning of a request at ``at``: their rights are those of that instant."""
    fresh = User.objects.get(pk=user.pk)
    entitlements.fill([fresh], at=at)
    return fresh


def closed(user: User) -> None:
    """Close the account of a person who leaves."""
    User.objects.filter(pk=user.pk).update(is_active=False)
