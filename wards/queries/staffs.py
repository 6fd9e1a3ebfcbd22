"""Who is where: people locked for an act, and what they have promised for a time."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from django.db.models import F, Q, QuerySet

from amh.core.models import AuditEntry, User
from wards.models import Absence, Cover, Duty, Membership, Unit
from wards.models.covers import Spell

S = TypeVar("S", bound=Spell)


def locked(user_id: int) -> User:
    """Lock a person and return them fresh: covers, duties and absences of one person come one after the other."""
    return User.objects.select_for_update(no_key=True).get(pk=user_id)


def people(roles: Collection[str]) -> QuerySet[User]:
    """The people of these trades whose account is open, by name."""
    return User.objects.filter(is_active=True, role__in=roles).order_by("last_name", "first_name", "pk")


def memberships(user: User, *, at: datetime) -> QuerySet[Membership]:
    """The units in which the person works at ``at`` or later; those left before are their history."""
    return user.memberships.filter(Q(valid_until=None) | Q(valid_until__gt=at))


def history(user: User) -> list[Membership]:
    """Every unit in which the person works or has worked, the latest first."""
    return list(user.memberships.select_related("unit").order_by("-valid_from", "unit__name", "-pk"))


def during(starts_at: datetime, ends_at: datetime) -> Q:
    """Condition of the spells that hold at some instant between the two; one taken back holds at none."""
    return Q(starts_at__lt=ends_at, ends_at__gt=starts_at) & Q(ends_at__gt=F("starts_at"))


def holding(at: datetime) -> Q:
    """Condition of the spells that hold at ``at``."""
    return Q(starts_at__lte=at, ends_at__gt=at)


def absence(user: User, starts_at: datetime, ends_at: datetime, *, but: int | None = None) -> Absence | None:
    """The first absence of the person between the two moments, the one of id ``but`` aside."""
    return _first(Absence.objects.filter(user=user), starts_at, ends_at, but)


def cover(user: User, unit: Unit, starts_at: datetime, ends_at: datetime, *, but: int | None = None) -> Cover | None:
    """The first time between the two moments for which the person covers the unit already."""
    return _first(Cover.objects.filter(user=user, unit=unit), starts_at, ends_at, but)


def duty(
    user: User, kind: str, unit: Unit | None, starts_at: datetime, ends_at: datetime, *, but: int | None = None
) -> Duty | None:
    """The first time between the two moments for which the person has this very duty already."""
    return _first(Duty.objects.filter(user=user, kind=kind, unit=unit), starts_at, ends_at, but)


def _first(rows: QuerySet[S], starts_at: datetime, ends_at: datetime, but: int | None) -> S | None:
    return rows.filter(during(starts_at, ends_at)).exclude(pk=but).order_by("starts_at").first()


def commitments(user: User, starts_at: datetime, ends_at: datetime) -> list[Cover | Duty]:
    """The covers and duties that the person has promised between the two moments, in order."""
    covers = Cover.objects.filter(during(starts_at, ends_at), user=user).select_related("unit")
    duties = Duty.objects.filter(during(starts_at, ends_at), user=user).select_related("unit")
    return sorted([*covers, *duties], key=lambda one: (one.starts_at, one.pk))


def last_act(spell: Spell) -> AuditEntry:
    """What was last done with a spell, and by whom."""
    label = spell._meta.label_lower  # noqa: SLF001 - Django documents _meta
    return AuditEntry.objects.filter(subject_type=label, subject_id=spell.pk).latest("pk")
