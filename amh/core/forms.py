from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class LogIn(AuthenticationForm):
    """Who are you: said in the words of the ward when it is refused."""

    error_messages = {
        "invalid_login": _("Identifiant ou mot de passe inconnu. Vérifier les majuscules."),
        "inactive": _("Ce compte est fermé : demander à l’administrateur."),
    }
