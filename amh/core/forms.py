"""What a person types about themselves: who they are, and what proves it."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

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
