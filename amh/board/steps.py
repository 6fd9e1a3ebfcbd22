"""The steps of a stay that need nothing but their hour: words, rule and act of each, on one screen."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amh.core.roles import Permission
from patients.actions import deaths, departures, leaves
from patients.models import Movement
from patients.rules import departures as departure_rules
from patients.rules import leaves as leave_rules


@dataclass(frozen=True)
class Step:
    """One step: what menu, dialog and answer say, ``%s`` being the patient; ``check`` is the rule that ``act`` asks."""

    key: str
    icon: str
    permission: Permission
    label: Promise | str
    title: Promise | str
    submit_label: Promise | str
    consequence: Promise | str
    done: Promise | str
    check: Callable[..., object]
    act: Callable[..., Movement]


DEPART = Step(
    "depart",
    "discharge",
    Permission.DISCHARGE,
    _("Confirmer le départ…"),
    _("Départ : %s"),
    _("Confirmer le départ"),
    _("La sortie a été saisie par un autre logiciel. À l’heure indiquée, le lit passe à nettoyer."),
    _("Départ confirmé : %s."),
    departure_rules.check_depart,
    departures.depart,
)
COME_BACK = Step(
    "come-back",
    "leave",
    Permission.PLACE,
    _("Retour de permission…"),
    _("Retour : %s"),
    _("Enregistrer le retour"),
    _("Le patient est de nouveau dans son lit."),
    _("Retour enregistré : %s."),
    leave_rules.check_come_back,
    leaves.come_back,
)
LOUNGE = Step(
    "lounge",
    "lounge",
    Permission.PLACE,
    _("Salon de sortie…"),
    _("%s attend au salon de sortie"),
    _("Libérer le lit"),
    _("Le lit passe à nettoyer ; le séjour continue jusqu’au départ."),
    _("Au salon de sortie : %s."),
    leave_rules.check_lounge,
    departures.to_lounge,
)
DIE = Step(
    "die",
    "user",
    Permission.DISCHARGE,
    _("Décès…"),
    _("Décès : %s"),
    _("Enregistrer le décès"),
    _("Le nom disparaît de tous les écrans. Le lit n’est donné à personne avant le départ du corps."),
    _("Décès enregistré."),
    departure_rules.check_die,
    deaths.die,
)
BODY_LEFT = Step(
    "body-left",
    "discharge",
    Permission.DISCHARGE,
    _("Départ du corps…"),
    _("Départ du corps"),
    _("Enregistrer le départ du corps"),
    _("Le lit passe à nettoyer et le séjour se termine."),
    _("Départ du corps enregistré."),
    departure_rules.check_body_left,
    deaths.body_left,
)

STEPS = {step.key: step for step in (DEPART, COME_BACK, LOUNGE, DIE, BODY_LEFT)}
