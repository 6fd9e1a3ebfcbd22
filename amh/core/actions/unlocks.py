"""The short code and the badge by which a person comes back to their locked session."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import accounts, audit
from amh.core import unlocks as rules
from amh.core.errors import Conflict
from amh.core.models import UnlockKey, UnlockKind, User
from amh.core.transactions import VIOLATIONS, act

TAKEN = gettext_lazy("Ce badge ouvre déjà les sessions d’une autre personne.")

VIOLATIONS["badge_once"] = TAKEN


@act
def set_pin(*, pin: str, by: User, at: datetime) -> None:
    """Give oneself a short code, or another one. Raises ``Invalid``, or ``Conflict`` once the account is closed."""
    rules.check_pin(pin)
    _keep(UnlockKind.PIN, make_password(pin), by=by, at=at)


@act
def set_badge(*, badge: str, by: User, at: datetime) -> None:
    """Take a badge for one's own. Raises ``Invalid`` or ``Conflict`` (it is another's; account closed)."""
    text = rules.badge_text(badge)
    if rules.is_badge_of_another(by, text):
        raise Conflict(str(TAKEN), code="badge_taken", field="badge")
    _keep(UnlockKind.BADGE, rules.badge_digests(text)[0], by=by, at=at)


@act
def remove(*, kind: UnlockKind, by: User, at: datetime) -> None:
    """Give up the short code or the badge. Raises ``Conflict`` (there is none)."""
    key = UnlockKey.objects.select_for_update().filter(user=by, kind=kind).first()
    if key is None:
        raise Conflict(_("Il n’y en a pas, ou il est déjà supprimé."), code="no_key")
    audit.record(f"unlock_key.remove_{kind}", subject=by, by=by, at=at)
    key.delete()


def _keep(kind: UnlockKind, secret: str, *, by: User, at: datetime) -> None:
    accounts.check_open(User.objects.select_for_update(no_key=True).get(pk=by.pk))
    UnlockKey.objects.update_or_create(user=by, kind=kind, defaults={"secret": secret, "set_at": at})
    audit.record(f"unlock_key.set_{kind}", subject=by, by=by, at=at)
