"""When an absence may be noted, and what it does to what the person has promised. Nobody asks why (WR-53)."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import rules
from amh.core.dates import moment
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from wards.models import Absence, Cover, Duty
from wards.queries import staffs
from wards.rules import spells
from wards.rules.spells import Period

LONGEST = timedelta(days=366)


class Fate(models.TextChoices):
    """What becomes of the covers and duties that fall into an absence."""

    END = "end", gettext_lazy("les terminer")
    KEEP = "keep", gettext_lazy("les garder")


def check_record(user: User, when: Period, *, by: User | None, at: datetime) -> None:
    """Raise unless ``by`` may note that the person is away for that time."""
    rules.check(by, Permission.SET_STAFF)
    spells.check_period(when, longest=LONGEST, at=at)
    check_once(user, when, at=at)


def check_once(user: User, when: Period, *, at: datetime, but: int | None = None) -> None:
    """Raise ``Conflict`` for a person whose absence is noted already; ``but`` is an absence that counts not."""
    spells.check_active(user)
    other = staffs.absence(user, *when, but=but)
    if other is not None:
        facts = {"who": user, "from": moment(other.starts_at, now=at), "to": moment(other.ends_at, now=at)}
        sentence = _("%(who)s : une absence est déjà notée, de %(from)s à %(to)s.") % facts
        raise Conflict(sentence, code="absent_already", field="user")


def check_decided(lost: list[Cover | Duty], fate: Fate | None, *, at: datetime) -> None:
    """Raise ``Conflict`` naming the covers and duties that lose their person, until it is said what becomes of them."""
    if lost and fate is None:
        named = " · ".join(_named(one, at=at) for one in lost)
        sentence = _("Pendant cette absence : %s. Dire s’il faut les terminer ou les garder.") % named
        raise Conflict(sentence, code="commitments", field="commitments")


def _named(one: Cover | Duty, *, at: datetime) -> str:
    where = one.unit or _("tout l’hôpital")
    what = _("relais") if isinstance(one, Cover) else one.get_kind_display().lower()
    facts = {"what": what, "where": where, "from": moment(one.starts_at, now=at), "to": moment(one.ends_at, now=at)}
    return _("%(what)s (%(where)s), de %(from)s à %(to)s") % facts


def check_change(*, by: User | None) -> None:
    """Raise ``Denied`` unless ``by`` may note absences."""
    rules.check(by, Permission.SET_STAFF)


def check_cut(absence: Absence, ends_at: datetime, *, by: User | None, at: datetime) -> None:
    """Raise unless ``by`` may let the absence end at ``ends_at``, earlier than it was to."""
    check_change(by=by)
    spells.check_not_over(absence, at=at)
    if not absence.starts_at <= ends_at < absence.ends_at:
        facts = {"from": moment(absence.starts_at, now=at), "to": moment(absence.ends_at, now=at)}
        raise Invalid(_("Indiquer un retour entre %(from)s et %(to)s.") % facts, code="not_shorter", field="ends_at")
