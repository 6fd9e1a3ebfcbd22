"""What a unit may be called, and by which codes other systems may know it."""

from collections.abc import Collection, Iterator
from itertools import count

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core.errors import Conflict, Invalid
from amh.core.transactions import VIOLATIONS
from wards.models import FunctionalUnit, Unit, UnitKind
from wards.rules.names import check_choice, check_name

HIGHEST = 32_767
"""The last place in the order of the board."""
STEP = 10
"""Between the places of two units added one after the other, so that another can be put between them."""

VIOLATIONS["wards_unit_code_key"] = gettext_lazy("Ce code vient d’être donné à une autre unité.")
VIOLATIONS["wards_functionalunit_code_key"] = gettext_lazy("Ce code d’UF vient d’être donné à une autre unité.")


def places_at_the_end() -> Iterator[int]:
    """Where the units that are added now come in the order of the board: after all that are described."""
    last = Unit.objects.filter(to_be_referenced=False).aggregate(last=Max("position"))["last"] or 0
    return (min(last + rank * STEP, HIGHEST) for rank in count(1))


def check_described(unit: Unit) -> None:
    """Raise ``Invalid`` beside the field, or ``Conflict`` for a code that another unit has, unless all is in order."""
    check_name(Unit, "code", unit.code)
    check_name(Unit, "name", unit.name)
    check_name(Unit, "phone", unit.phone, required=False)
    check_choice(UnitKind, unit.kind)
    if not 0 <= unit.position <= HIGHEST:
        raise Invalid(_("Un rang de 0 à %d est attendu.") % HIGHEST, code="position", field="position")
    other = Unit.objects.filter(code=unit.code).exclude(pk=unit.pk).first()
    if other is not None:
        raise Conflict(_taken(unit.code, other), code="code_taken", field="code")


def check_functional_units(unit: Unit, codes: Collection[str]) -> None:
    """Raise ``Invalid`` for a code that cannot be, ``Conflict`` for one by which another unit is known."""
    for code in codes:
        check_name(FunctionalUnit, "code", code, field="functional_units")
    functional = FunctionalUnit.objects.filter(code__in=codes).exclude(unit=unit).select_related("unit").first()
    if functional is not None:
        raise Conflict(_taken(functional.code, functional.unit), code="code_taken", field="functional_units")
    other = Unit.objects.filter(code__in=codes).exclude(pk=unit.pk).first()
    if other is not None:
        raise Conflict(_taken(other.code, other), code="code_taken", field="functional_units")


def _taken(code: str, unit: Unit) -> str:
    return _("Le code %(code)s est déjà celui de « %(unit)s ».") % {"code": code, "unit": unit}


def check_same_as(unit: Unit, other: Unit) -> None:
    """Raise unless ``unit`` is one that a message named and ``other`` a real one."""
    if unit.pk == other.pk or other.to_be_referenced:
        raise Invalid(_("Choisir une unité déjà décrite, autre que celle-ci."), code="not_described", field="same_as")
    if not unit.to_be_referenced:
        raise Conflict(
            _("« %s » est déjà décrite : seul un nom venu d’un message se rattache.") % unit, code="described"
        )


def check_not_another_name(unit: Unit) -> None:
    """Raise ``Conflict`` when messages that name the unit by its code mean another one."""
    other = FunctionalUnit.objects.filter(code=unit.code).exclude(unit=unit).select_related("unit").first()
    if other is not None:
        sentence = _("Le code %(code)s désigne « %(unit)s » : le retirer d’abord des codes d’UF de celle-ci.")
        raise Conflict(sentence % {"code": unit.code, "unit": other.unit}, code="other_name")
