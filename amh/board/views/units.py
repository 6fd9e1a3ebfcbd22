from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core.errors import Invalid
from amh.core.requests import words
from wards.models import Unit
from wards.models.validity import valid_at


def chosen(request: HttpRequest) -> Unit | None:
    """The unit that the address names; ``None`` without one. Raises ``Invalid`` for one that is not in service."""
    code = words(request, "unite")
    if not code:
        return None
    unit = Unit.objects.filter(valid_at(timezone.now()), code=code).first()
    if unit is None:
        raise Invalid(_("Il n’y a pas d’unité « %s ».") % code[:20], code="unknown_unit", field="unite")
    return unit
