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
    Parameter(
        key="confirmation_hour",
        label=_("Confirmation du plan des lits : heure limite"),
        kind=Kind.HOURS,
        default=8,
        help=_("Chaque matin, chaque unité ouverte confirme son plan avant cette heure."),
        lowest=2,
        highest=23,
        group=Group.BEDS,
    ),
    Parameter(
        key="cleaning_doubt_hours",
        label=_("Lit à nettoyer : à signaler après"),
        kind=Kind.HOURS,
        default=4,
        help=_("À la confirmation du plan, un lit à nettoyer depuis plus longtemps est montré à part."),
        lowest=1,
        highest=72,
        group=Group.BEDS,
    ),
    Parameter(
        key="closing_notice_hours",
        label=_("Unité qui ferme : demander où vont les patients"),
        kind=Kind.HOURS,
        default=30,
        help=_(
            "Ce délai avant une fermeture de plus d’une nuit, l’unité dit où va chaque patient "
            "dont la sortie n’est pas certaine."
        ),
        lowest=1,
        highest=7 * 24,
        group=Group.BEDS,
    ),
)
