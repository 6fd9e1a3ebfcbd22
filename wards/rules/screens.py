"""What a wall screen may be, and what its codes and keys are."""

import secrets
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core.errors import Conflict, Invalid
from amh.core.transactions import VIOLATIONS
from wards.models import Screen, Theme
from wards.rules.names import check_choice, check_name

SHORTEST, LONGEST = 5, 600
"""Seconds that a page stays on the screen."""
SIGNS = "23456789ACEFHJKMRUXY"
"""What a code is made of: no two of them look alike, nor sound alike read aloud in French."""
CODE_LENGTH = 8
CODE_LASTS = timedelta(minutes=30)
KEY_BYTES = 32

TAKEN = gettext_lazy("Un écran en service porte déjà ce nom.")
VIOLATIONS["screen_name_once"] = TAKEN


def check_described(screen: Screen) -> None:
    """Raise ``Invalid`` beside the field, or ``Conflict`` for the name of another screen, unless all is in order."""
    check_name(Screen, "name", screen.name)
    check_choice(Theme, screen.theme, field="theme")
    if not SHORTEST <= screen.page_seconds <= LONGEST:
        sentence = _("De %(least)d à %(most)d secondes.") % {"least": SHORTEST, "most": LONGEST}
        raise Invalid(sentence, code="page_seconds", field="page_seconds")
    if Screen.objects.filter(name=screen.name, revoked_at=None).exclude(pk=screen.pk).exists():
        raise Conflict(str(TAKEN), code="name_taken", field="name")


def check_in_service(screen: Screen) -> None:
    """Raise ``Conflict`` when the screen was withdrawn."""
    if screen.revoked_at is not None:
        raise Conflict(_("L’écran « %s » est retiré.") % screen, code="revoked")


def check_code(screen: Screen | None, *, at: datetime) -> Screen:
    """The screen that a code is for. Raises ``Invalid`` for one that nobody gave, or that is used up or too old."""
    if screen is None or screen.code_until is None or screen.code_until <= at:
        sentence = _("Ce code n’est pas connu, ou n’est plus valable. L’administrateur en donne un autre.")
        raise Invalid(sentence, code="unknown_code", field="code")
    return screen


def new_code() -> str:
    """A code that nobody can guess in the time that it lasts."""
    return "".join(secrets.choice(SIGNS) for _sign in range(CODE_LENGTH))


def new_key() -> str:
    """A key that nobody can guess."""
    return secrets.token_urlsafe(KEY_BYTES)


def code_digest(typed: str) -> str:
    """What is kept of a code, however it was typed. A short secret: without the site's own it says nothing."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum())
    return salted_hmac("wards.screens.code", code, algorithm="sha256").hexdigest()
