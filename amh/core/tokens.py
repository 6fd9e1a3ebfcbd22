"""What a token may be, and how long an old one lives beside the one that replaces it."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import parameters
from amh.core.errors import Conflict, Invalid
from amh.core.models import ApiToken, User
from amh.core.parameters import Group, Kind, Parameter
from amh.core.roles import LABELS, ROLES

OVERLAP_DAYS = "token_overlap_days"

parameters.declare(
    Parameter(
        OVERLAP_DAYS,
        gettext_lazy("Validité d’un jeton après son remplacement"),
        Kind.DAYS,
        7,
        help=gettext_lazy("Le temps de donner le nouveau jeton à l’autre logiciel. 0 : l’ancien s’arrête aussitôt."),
        highest=90,
        group=Group.ACCESS,
    )
)


def offered(user: User) -> list[tuple[str, str]]:
    """The permissions to which a token of ``user`` may be limited, with their words."""
    return [(permission.value, str(LABELS[permission])) for permission in ROLES.get(user.role, {})]


def check_issue(
    user: User, *, label: str, valid_until: datetime | None, permissions: Collection[str], at: datetime
) -> None:
    """Raise ``Conflict`` for a closed account, ``Invalid`` for a use, an end or a permission that cannot be."""
    if not user.is_active:
        raise Conflict(_("Ce compte est fermé."), code="closed")
    longest = ApiToken._meta.get_field("label").max_length or 0  # noqa: SLF001 - Django documents _meta
    if not 0 < len(label.strip()) <= longest:
        sentence = _("Il faut dire à quoi sert le jeton, en %d caractères au plus.") % longest
        raise Invalid(sentence, code="label", field="label")
    check_end(valid_until, at=at)
    if set(permissions) - set(ROLES.get(user.role, {})):
        sentence = _("Le rôle de ce compte ne donne pas l’un de ces droits : un jeton ne peut pas en avoir plus.")
        raise Invalid(sentence, code="permissions", field="permissions")


def check_end(valid_until: datetime | None, *, at: datetime) -> None:
    """Raise ``Invalid`` for an end that is over."""
    if valid_until is not None and valid_until <= at:
        raise Invalid(_("Un jeton vaut au moins un jour."), code="validity", field="valid_until")


def check_usable(token: ApiToken, *, at: datetime) -> None:
    """Raise ``Conflict`` when the token was revoked, replaced, or has run out."""
    if token.revoked_at is not None:
        raise Conflict(_("Ce jeton est déjà révoqué."), code="revoked")
    if token.valid_until is not None and token.valid_until <= at:
        raise Conflict(_("Ce jeton n’est plus valable."), code="ended")


def check_rotate(token: ApiToken, *, at: datetime) -> None:
    """Raise ``Conflict`` when the token cannot be replaced: gone, or replaced already."""
    check_usable(token, at=at)
    if token.replacements.exists():
        raise Conflict(_("Ce jeton est déjà remplacé par un autre."), code="replaced")
