"""What a site says of itself, for every page and every letter."""

from django.utils.translation import gettext_lazy as _

from amh.core.parameters import Group, Kind, Parameter, declare

declare(
    Parameter(
        key="hospital_name",
        label=_("Nom de l’établissement"),
        kind=Kind.BILINGUAL,
        default={"fr": "Établissement", "en": "Hospital"},
        help=_("Tel qu’il paraît sur les dossiers imprimés et les courriels."),
        group=Group.SITE,
    ),
    Parameter(
        key="admissions_office_name",
        label=_("Nom du service des admissions"),
        kind=Kind.BILINGUAL,
        default={"fr": "Bureau des entrées", "en": "Admissions office"},
        help=_("Le mot que les soignants emploient ici : il leur dit à qui s’adresser."),
        group=Group.SITE,
    ),
    Parameter(
        key="wall_title",
        label=_("Titre de l’écran mural"),
        kind=Kind.BILINGUAL,
        default={"fr": "Plan des lits", "en": "Bed board"},
        help=_("En grand, en haut de l’écran. Il se lit de loin : quelques mots."),
        group=Group.SITE,
    ),
)
