"""What a person types about themselves, and about the site."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from amh.core.fields import OfferedField
from amh.core.parameters import BILINGUALS, NUMBERS, Kind, Parameter
from amh.core.unlocks import LONGEST, LONGEST_PIN


class LogIn(AuthenticationForm):
    """Who are you: said in the words of the ward when it is refused."""

    error_messages = {
        "invalid_login": _("Identifiant ou mot de passe inconnu. Vérifier les majuscules."),
        "inactive": _("Ce compte est fermé : demander à l’administrateur."),
    }


class SecretField(forms.CharField):
    """What nobody may read over a shoulder; never shown again, spaces kept."""

    def __init__(self, *, autocomplete: str = "off", **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(widget=widget, strip=False, **{"max_length": LONGEST} | kwargs)


class OwnForm(forms.Form):
    """A change of one's own account, which needs the password: an open screen is not enough."""

    use_required_attribute = False
    current = SecretField(label=_("Mot de passe actuel"), autocomplete="current-password")


class TwiceForm(OwnForm):
    """Something new that is typed twice, because it cannot be read: ``typed`` names the first field."""

    typed = ""

    def clean(self) -> dict[str, Any]:
        """Both must agree."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, again = cleaned.get(self.typed), cleaned.get("again")
        if first and again and first != again:
            self.add_error("again", _("Les deux saisies ne sont pas les mêmes."))
        return cleaned


class PinForm(TwiceForm):
    """A short code."""

    typed = "pin"
    pin = SecretField(
        label=_("Nouveau code court"),
        max_length=LONGEST_PIN,
        help_text=_("De 4 à 8 chiffres, sans suite ni répétition. Il rouvre l’écran verrouillé, il ne connecte pas."),
    )
    again = SecretField(label=_("Encore une fois"), max_length=LONGEST_PIN)


class BadgeForm(OwnForm):
    """A badge; last, because the reader ends what it types with Enter."""

    badge = SecretField(label=_("Badge"), help_text=_("Placer le curseur ici, puis présenter le badge au lecteur."))


class PasswordForm(TwiceForm):
    """Another password."""

    typed = "password"
    password = SecretField(
        label=_("Nouveau mot de passe"), autocomplete="new-password", help_text=_("12 caractères au moins.")
    )
    again = SecretField(label=_("Encore une fois"), autocomplete="new-password")


class ValueForm(forms.Form):
    """The value of one parameter, for the site or, where it may differ, for one of ``units``."""

    use_required_attribute = False

    def __init__(self, *args: Any, parameter: Parameter, units: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = parameter.kind
        if parameter.per_unit:
            self.fields["unit"] = OfferedField(
                label=_("Où"), required=False, choices=[("", _("Tout l’établissement")), *units.items()]
            )
        self.fields |= _value_fields(parameter)

    def said(self) -> Any:
        """The value that was typed, of the parameter's kind; the rule says whether it can be."""
        if self.kind in BILINGUALS:
            return {"fr": self.cleaned_data["fr"], "en": self.cleaned_data["en"]}
        return self.cleaned_data["value"]


def _value_fields(parameter: Parameter) -> dict[str, forms.Field]:
    if parameter.kind in BILINGUALS:
        widget = forms.Textarea(attrs={"rows": 8}) if parameter.kind == Kind.TEMPLATE else forms.TextInput()
        english = _("En anglais (vide : le texte français)")
        return {
            "fr": forms.CharField(label=_("En français"), widget=widget, required=False),
            "en": forms.CharField(label=english, widget=widget, required=False),
        }
    if parameter.kind in NUMBERS:
        bounds = {"min": parameter.lowest, "max": parameter.highest}
        label = _("Valeur, en %s") % parameter.kind.label if parameter.kind != Kind.COUNT else _("Valeur")
        return {"value": forms.IntegerField(label=label, widget=forms.NumberInput(attrs=bounds))}
    if parameter.kind == Kind.SWITCH:
        choices = [("oui", _("Oui")), ("non", _("Non"))]
        yes = forms.TypedChoiceField(
            label=_("Valeur"), choices=choices, coerce=lambda said: said == "oui", widget=forms.RadioSelect
        )
        return {"value": yes}
    return {"value": forms.CharField(label=_("Valeur"), required=False)}
