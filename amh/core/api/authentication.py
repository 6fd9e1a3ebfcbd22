"""How programs show who they are: a token in the header ``Authorization``."""

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from amh.core.models import ApiToken, User
from amh.core.models.tokens import digest

SCHEMES = {b"bearer", b"token"}


class BearerAuthentication(BaseAuthentication):
    """Recognises ``Authorization: Bearer <token>`` (RFC 6750), and ``Token <token>`` as older programs write it."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return account and token; ``None`` without such a header. Raises ``AuthenticationFailed`` (401)."""
        scheme, *rest = get_authorization_header(request).split() or [b""]
        if scheme.lower() not in SCHEMES:
            return None
        if len(rest) != 1:
            raise AuthenticationFailed(_("Un seul jeton est attendu après « Bearer »."), code="bad_token")
        token = ApiToken.objects.usable().select_related("user").filter(digest=_digest(rest[0])).first()
        if token is None:
            raise AuthenticationFailed(_("Ce jeton n’est pas connu ou n’est plus valable."), code="bad_token")
        token.user.limited_to = frozenset(token.permissions) or None
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        return 'Bearer realm="AMH"'


def _digest(secret: bytes) -> str:
    return digest(secret.decode("latin-1"))
