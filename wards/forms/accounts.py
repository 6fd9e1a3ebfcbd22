"""What an administrator types about an account and its tokens."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amh.core import dates
from amh.core.accounts import DEVICES
from amh.core.forms import SecretField
from amh.core.roles import Role
from wards.models import Unit


class IdentityForm(forms.Form):
    """Who somebody is and what their trade is."""

    use_required_attribute = False
    role = forms.ChoiceField(label=_("Rôle"), choices=[("", _("Choisir…")), *Role.choices])
    last_name = forms.CharField(label=_("Nom"), max_length=150)
    first_name = forms.CharField(label=_("Prénom"), max_length=150, required=False)
    email = forms.EmailField(label=_("Adresse électronique"), required=False)


class NewAccountForm(IdentityForm):
    """An account to be made."""

    username = forms.CharField(
        label=_("Identifiant"),
        max_length=150,
        help_text=_("Sans espace : lettres, chiffres, point, tiret. Il ne change plus."),
    )
    units = forms.MultipleChoiceField(label=_("Unités"), required=False, widget=forms.CheckboxSelectMultiple)
    password = SecretField(
        label=_("Premier mot de passe"),
        required=False,
        autocomplete="new-password",
        help_text=_("12 caractères au moins. Vide pour une interface ou un écran mural."),
    )

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self, units)


class ChangeForm(IdentityForm):
    """An account to be changed; what is a device stays one."""

    def __init__(self, *args: Any, device: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            choice for choice in Role.choices if (choice[0] in DEVICES) == device
        ]


class UnitsForm(forms.Form):
    """Units in which somebody will work."""

    use_required_attribute = False
    units = forms.MultipleChoiceField(label=_("Unités"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self, units)


class NewPasswordForm(forms.Form):
    """A password for somebody else, to be told to them."""

    use_required_attribute = False
    password = SecretField(
        label=_("Nouveau mot de passe"), autocomplete="new-password", help_text=_("12 caractères au moins.")
    )


class EndForm(forms.Form):
    """Until when a token is good."""

    use_required_attribute = False
    last_day = forms.DateField(
        label=_("Valable jusqu’au"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Ce jour compris. Vide : sans fin."),
    )

    def clean_last_day(self) -> date | None:
        """Refuse the years that a slip of the finger makes."""
        day: date | None = self.cleaned_data["last_day"]
        if day is not None and not dates.plausible(datetime.combine(day, time())):
            raise forms.ValidationError(dates.IMPLAUSIBLE, code="invalid")
        return day

    @property
    def valid_until(self) -> datetime | None:
        """The midnight that ends the last day, on the site's clock."""
        day = self.cleaned_data["last_day"]
        if day is None:
            return None
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


class TokenForm(EndForm):
    """A token to be issued."""

    label = forms.CharField(label=_("Usage"), max_length=80, help_text=_("Par exemple : mouvements de la GAM."))
    permissions = forms.MultipleChoiceField(
        label=_("Limiter à certains droits"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Rien de coché : tous les droits du rôle."),
    )
    field_order = ["label", "last_day", "permissions"]

    def __init__(self, *args: Any, permissions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"].choices = permissions  # type: ignore[attr-defined]
        if len(permissions) < 2:
            del self.fields["permissions"]


def offer_units(form: forms.Form, units: Iterable[Unit]) -> None:
    """Let a form choose among ``units``, by code."""
    form.fields["units"].choices = [(unit.code, unit.name) for unit in units]  # type: ignore[attr-defined]
