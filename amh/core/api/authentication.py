"""How those who call the interface show who they are: programs by a token in ``Authorization``, pages by a session."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import authentication
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException, AuthenticationFailed, Throttled
from rest_framework.request import Request

from amh.core import sessions, tries
from amh.core.actions import tokens
from amh.core.models import ApiToken, User
from amh.core.models.tokens import digest
from amh.core.requests import actor, ip, session_row

SCHEMES = {b"bearer", b"token"}


class Locked(APIException):
    """The session waits for its owner (423)."""

    status_code = 423
    default_code = "session_locked"

    def __init__(self) -> None:
        super().__init__(_("Cet écran est verrouillé : le rouvrir avant de continuer."))


class BearerAuthentication(BaseAuthentication):
    """Recognises ``Authorization: Bearer <token>`` (RFC 6750), and ``Token <token>`` as older programs write it.

    A token in the address is none: addresses are written into logs.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return account and token; ``None`` without such a header.

        Raises ``AuthenticationFailed`` (401), or ``Throttled`` (429) for an address that shows many unknown tokens. A
        good one passes even then: behind one address there may be other programs than the one that errs.
        """
        scheme, *rest = get_authorization_header(request).split() or [b""]
        if scheme.lower() not in SCHEMES:
            return None
        if len(rest) != 1:
            raise AuthenticationFailed(_("Un seul jeton est attendu après « Bearer »."), code="bad_token")
        token = ApiToken.objects.usable().select_related("user").filter(digest=_digest(rest[0])).first()
        if token is None:
            _slow_down(request)
            raise AuthenticationFailed(_("Ce jeton n’est pas connu ou n’est plus valable."), code="bad_token")
        tokens.note_use(token, at=timezone.now())
        token.user.limited_to = frozenset(token.permissions) or None
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        return 'Bearer realm="AMH"'


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of a page, with its CSRF token; not while it is locked."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Return the person; ``None`` without a session. Raises ``PermissionDenied`` (CSRF) or ``Locked``."""
        found = super().authenticate(request)
        if found is None:
            return None
        pages = request._request  # noqa: SLF001 - REST framework documents it
        row = session_row(pages)
        if row is not None and sessions.is_locked(row, role=actor(pages).role, at=timezone.now()):
            raise Locked
        return actor(pages), None


def _digest(secret: bytes) -> str:
    return digest(secret.decode("latin-1"))


def _slow_down(request: Request) -> None:
    """Count one more unknown token of this address; raise ``Throttled`` once there are too many."""
    wait = tries.count(ip(request), at=timezone.now())
    if wait is not None:
        raise Throttled(wait.total_seconds(), detail=_("Trop de jetons inconnus de cette adresse."))
