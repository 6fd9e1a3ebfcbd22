"""What opens a locked session again: a short code, a badge, or the password of its owner (WR-6)."""

from itertools import pairwise

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from amh.core.errors import Invalid
from amh.core.models import UnlockKey, UnlockKind, User

SHORTEST_PIN, LONGEST_PIN = 4, 8
SHORTEST_BADGE, LONGEST_BADGE = 4, 64
LONGEST = 200
"""Characters that are looked at: what is longer opens nothing."""

TRIES = 5
"""Wrong ones after which the session ends."""

SALT = "amh.core.unlocks.badge"


def check_pin(pin: str) -> None:
    """Raise ``Invalid`` unless ``pin`` is four to eight digits that are not everybody's first guess."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        raise Invalid(_("Le code a de 4 à 8 chiffres."), code="bad_pin", field="pin")
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if len(steps) == 1 or len(set(pin)) < 3:
        sentence = _("Ce code se devine trop vite : éviter les suites et les répétitions.")
        raise Invalid(sentence, code="weak_pin", field="pin")


def badge_text(read: str) -> str:
    """What a reader types for a badge, without the spaces around. Raises ``Invalid`` when it can be no badge."""
    text = read.strip()
    if not (SHORTEST_BADGE <= len(text) <= LONGEST_BADGE and text.isprintable() and " " not in text):
        raise Invalid(_("Ce badge n’a pas été lu. Le présenter de nouveau."), code="bad_badge", field="badge")
    return text


def badge_digests(text: str) -> list[str]:
    """The digests under which a badge may be kept, today's first: they depend on the site's secret key."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(SALT, text, secret=key, algorithm="sha256").hexdigest() for key in keys]


def opens(user: User, typed: str) -> bool:
    """Tell whether ``typed`` is the code, the badge or the password of ``user``."""
    if not typed or len(typed) > LONGEST:
        return False
    kept = dict(user.unlock_keys.values_list("kind", "secret"))
    return _is_pin(kept, typed) or _is_badge(kept, typed) or is_password(user, typed)


def is_password(user: User, typed: str) -> bool:
    """Tell whether ``typed`` is the password of ``user``.

    An old hash stays as it is until the next log-in: another one would end the session that is to be opened.
    """
    return check_password(typed, user.password)


def is_badge_of_another(user: User, typed: str) -> bool:
    """Tell whether ``typed`` is the badge of somebody else."""
    known = UnlockKey.objects.filter(kind=UnlockKind.BADGE, secret__in=badge_digests(typed.strip()))
    return known.exclude(user=user).exists()


def _is_pin(kept: dict[str, str], typed: str) -> bool:
    pin = typed.strip()
    return UnlockKind.PIN in kept and pin.isdigit() and len(pin) <= LONGEST_PIN and check_password(pin, kept["pin"])


def _is_badge(kept: dict[str, str], typed: str) -> bool:
    badge = kept.get(UnlockKind.BADGE)
    return badge is not None and any(constant_time_compare(badge, one) for one in badge_digests(typed.strip()))
