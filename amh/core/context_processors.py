from django.http import HttpRequest

from amh.core import rules
from amh.core.roles import Permission


def rights(request: HttpRequest) -> dict[str, frozenset[str]]:
    """``rights``: what the person may do somewhere, so that a menu names only pages that open."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"rights": frozenset()}
    return {"rights": frozenset(one.value for one in Permission if rules.scope(user, one) is not None)}
