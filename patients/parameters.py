"""What a site sets for its patients, stays and documents."""

from django.utils.translation import gettext_lazy as _

from amh.core.parameters import Group, Kind, Parameter, declare

declare(
    Parameter(
        key="departure_delay_minutes",
        label=_("Lit libéré sans confirmation après une sortie reçue"),
        kind=Kind.MINUTES,
        default=30,
        help=_(
            "Après une sortie saisie par un autre logiciel, le lit se libère sans confirmation au bout de ce délai. "
            "0 : aussitôt."
        ),
        per_unit=True,
        highest=24 * 60,
        group=Group.BEDS,
    ),
    Parameter(
        key="reservation_grace_hours",
        label=_("Réservation gardée après l’heure d’arrivée prévue"),
        kind=Kind.HOURS,
        default=4,
        help=_("Passé ce délai, le lit gardé pour un patient qui n’est pas venu redevient libre."),
        lowest=1,
        highest=72,
        group=Group.BEDS,
    ),
    Parameter(
        key="leave_alert_minutes",
        label=_("Retour de permission : prévenir avant l’heure"),
        kind=Kind.MINUTES,
        default=120,
        help=_("Le retour prévu est signalé à l’unité ce délai avant son heure."),
        highest=24 * 60,
        group=Group.BEDS,
    ),
    Parameter(
        key="dpi_link",
        label=_("Lien vers le dossier patient informatisé"),
        kind=Kind.LINK,
        default="",
        help=_(
            "Adresse du même patient dans le dossier informatisé. {ipp} et {nda} y sont remplacés par ses numéros. "
            "Vide : aucun lien n’est montré."
        ),
        names=("ipp", "nda"),
        samples={"ipp": "700123", "nda": "2026001234"},
        group=Group.RECORD,
    ),
    Parameter(
        key="letters_written_here",
        label=_("Les lettres de liaison s’écrivent ici"),
        kind=Kind.SWITCH,
        default=False,
        help=_("Non : elles sont écrites et signées dans le dossier informatisé, et reçues ici."),
        per_unit=True,
        group=Group.RECORD,
    ),
    Parameter(
        key="intake_measures",
        label=_("Les mesures d’accueil se saisissent ici"),
        kind=Kind.SWITCH,
        default=False,
        help=_("Poids, taille, tension, température à l’arrivée. Non : elles restent au dossier informatisé."),
        per_unit=True,
        group=Group.RECORD,
    ),
    Parameter(
        key="exceptional_access_hours",
        label=_("Durée d’un accès exceptionnel motivé"),
        kind=Kind.HOURS,
        default=4,
        help=_("Ensuite le dossier se referme de lui-même."),
        lowest=1,
        highest=72,
        group=Group.ACCESS,
    ),
    Parameter(
        key="record_open_days",
        label=_("Dossier ouvert à l’unité après la sortie"),
        kind=Kind.DAYS,
        default=365,
        help=_(
            "Pendant ce temps, l’unité qui a suivi le séjour ouvre encore le dossier. Ensuite, il faut un accès "
            "exceptionnel motivé."
        ),
        highest=20 * 365,
        group=Group.ACCESS,
    ),
    Parameter(
        key="document_megabytes",
        label=_("Poids le plus grand d’un document (Mo)"),
        kind=Kind.COUNT,
        default=20,
        help=_("Un document plus lourd est refusé à son dépôt."),
        lowest=1,
        highest=50,
        group=Group.RECORD,
    ),
    Parameter(
        key="trace_retention_years",
        label=_("Conservation des traces d’accès aux dossiers"),
        kind=Kind.COUNT,
        default=20,
        help=_(
            "En années, à compter de la lecture : la durée du dossier. Le logiciel n’efface aucune trace ; "
            "ce nombre est repris dans le registre et sur les relevés remis aux patients."
        ),
        lowest=1,
        highest=100,
        group=Group.ACCESS,
    ),
    Parameter(
        key="report_names_staff",
        label=_("Nommer les professionnels sur le relevé « Qui a consulté mon dossier »"),
        kind=Kind.SWITCH,
        default=False,
        help=_("Sans nom, le relevé donne le rôle et l’unité de chaque personne."),
        group=Group.ACCESS,
    ),
)
