"""What a site sets for its places and its staff."""

from django.utils.translation import gettext_lazy as _

from amh.core.parameters import Group, Kind, Parameter, declare

declare(
    Parameter(
        key="holiday_region",
        label=_("Jours fériés propres à la région"),
        kind=Kind.WORDS,
        default="",
        help=_(
            "Numéro du département ou du territoire qui a des jours fériés de plus : 57, 67, 68, 971 à 978, 986 à 988. "
            "Vide : ceux de toute la France."
        ),
        group=Group.STAFF,
    ),
    Parameter(
        key="takeover_hours",
        label=_("Durée d’une reprise d’unité"),
        kind=Kind.HOURS,
        default=12,
        help=_("« Je reprends l’unité » vaut jusqu’à la fin du poste : ce nombre d’heures."),
        lowest=1,
        highest=24,
        group=Group.STAFF,
    ),
)
