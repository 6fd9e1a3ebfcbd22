"""What is typed about covers, absences and duties."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amh.core.accounts import DEVICES
from amh.core.fields import Choices, MomentField, MomentForm, OfferedField
from amh.core.models import User
from amh.core.roles import ROLES, Role
from wards.models import DutyKind, Unit
from wards.queries import staffs
from wards.rules.absences import Fate
from wards.rules.covers import COVERING

PEOPLE = [role for role in ROLES if role not in DEVICES]


def offered_people(roles: Iterable[str]) -> Choices:
    """The people of these trades, trade by trade in the order of the table of roles."""
    found: dict[str, list[tuple[int, str]]] = {role: [] for role in ROLES}
    for user in staffs.people(list(roles)):
        found[user.role].append((user.pk, named(user)))
    return [(str(Role(role).label), people) for role, people in found.items() if people]


def named(user: User) -> str:
    """A person as lists sort them: the name first, so that typing it finds them."""
    return f"{user.last_name} {user.first_name}".strip() or user.username


def offered_units(units: Iterable[Unit]) -> Choices:
    """Units in their order, in one group."""
    return [(str(_("Unités")), [(unit.pk, unit.name) for unit in units])]


class SpellForm(MomentForm):
    """From a moment to another."""

    starts_at = MomentField(label=_("Du"))
    ends_at = MomentField(ahead=True, label=_("Au"))

    def __init__(self, *args: Any, starts_at: datetime, ends_at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"].initial = timezone.localtime(starts_at)
        self.fields["ends_at"].initial = timezone.localtime(ends_at)

    def offer_people(self, name: str, roles: Iterable[str]) -> None:
        """Let the field ``name`` offer the people of these trades."""
        self._offered(name).offer(lambda: offered_people(roles), self.data.get(name))

    def offer_units(self, units: Iterable[Unit]) -> None:
        """Let the field of the unit offer these."""
        self._offered("unit").offer(lambda: offered_units(units), self.data.get("unit"))

    def _offered(self, name: str) -> OfferedField:
        field = self.fields[name]
        assert isinstance(field, OfferedField)  # noqa: S101 - the classes below say so
        return field


class CoverForm(SpellForm):
    """Who takes over which unit, and for whom."""

    field_order = ("unit", "user", "replaces", "starts_at", "ends_at")
    unit = OfferedField(label=_("Unité"))
    user = OfferedField(label=_("Qui prend le relais"))
    replaces = OfferedField(label=_("À la place de"), required=False, empty_value=None)

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_units(units)
        self.offer_people("user", COVERING)
        self.offer_people("replaces", COVERING)


class FateForm(forms.Form):
    """What becomes of the covers and duties that fall into an absence."""

    use_required_attribute = False
    commitments = forms.ChoiceField(
        label=_("Ses relais et gardes pendant ce temps"),
        choices=Fate.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("À dire seulement s’il y en a."),
    )


class AbsenceForm(FateForm, SpellForm):
    """Who is away; nobody asks why."""

    field_order = ("user", "starts_at", "ends_at", "commitments")
    user = OfferedField(label=_("Qui est absent"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_people("user", PEOPLE)


class ReturnForm(MomentForm):
    """When a person is back."""

    ends_at = MomentField(ahead=True, label=_("De retour le"))

    def __init__(self, *args: Any, ends_at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_at"].initial = timezone.localtime(ends_at)


class DutyForm(SpellForm):
    """Who is on call, as what, and where."""

    field_order = ("kind", "user", "unit", "starts_at", "ends_at")
    kind = forms.ChoiceField(label=_("Fonction"), choices=[("", _("Choisir…")), *DutyKind.choices])
    user = OfferedField(label=_("Personne de garde"))
    unit = OfferedField(label=_("Unité"), required=False, empty_value=None, help_text=_("Vide : tout l’hôpital."))

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_units(units)
        self.offer_people("user", PEOPLE)
