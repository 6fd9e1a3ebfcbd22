"""What each signalement asks for (WR-25), and what follows from it, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from amh.core.errors import Conflict, Invalid
from patients.models import Flag, FlagKind, Patient
from patients.rules.records import check_past

K = FlagKind
UNDO_WINDOW = timedelta(days=1)
"""How long after it was lifted a signalement can be put back as if nothing had been done."""
NO_GERM = _("Le type de précaution suffit : ni germe, ni diagnostic, ni traitement (il s’affiche sur les cartes).")


@dataclass(frozen=True)
class Demand:
    """What must be known with a signalement, in the words of its form; no words: the field is not asked for.

    ``consequence`` is what follows from it for whoever acts.
    """

    consequence: str | Promise
    detail: str | Promise = ""
    to_tell: str | Promise = ""
    detail_needed: bool = False
    to_tell_needed: bool = False
    help: str | Promise = ""


PRECAUTIONS = Demand(_("Précautions à l’entrée de la chambre ; prévenir avant un transport."), help=NO_GERM)

DEMANDS: dict[str, Demand] = {
    K.INTERPRETER: Demand(
        _("Réserver un interprète pour chaque entretien."), _("Langue"), _("Interprète à appeler"), detail_needed=True
    ),
    K.PROTECTED_ADULT: Demand(
        _("Prévenir la personne chargée de la mesure ; faire signer qui doit signer."),
        _("Mesure, et qui doit signer"),
        _("Qui doit être prévenu"),
        to_tell_needed=True,
    ),
    K.MINOR: Demand(
        _("Ne remettre l’enfant qu’aux personnes nommées."),
        _("Qui peut le ramener"),
        _("Titulaire de l’autorité parentale à prévenir"),
        detail_needed=True,
    ),
    K.PRISONER: Demand(
        _("Prévoir l’escorte à chaque déplacement ; la date de sortie n’est dite à personne d’autre."),
        to_tell=_("Escorte à prévenir"),
    ),
    K.REDUCED_MOBILITY: Demand(_("Prévoir l’aide et le mode de transport."), _("Aide nécessaire")),
    K.BARIATRIC: Demand(_("Prévoir lit, brancard et véhicule adaptés."), _("Matériel nécessaire")),
    K.CLINICAL_TRIAL: Demand(
        _("Prévenir l’équipe de recherche avant toute sortie ou transfert."),
        to_tell=_("Qui prévenir"),
        to_tell_needed=True,
        help=_("Ni titre ni produit de la recherche."),
    ),
    K.CONTACT_PRECAUTIONS: PRECAUTIONS,
    K.DROPLET_PRECAUTIONS: PRECAUTIONS,
    K.AIRBORNE_PRECAUTIONS: PRECAUTIONS,
    K.PROTECTIVE_ISOLATION: Demand(_("Chambre seule ; visites et transports limités."), help=NO_GERM),
}


def check(patient: Patient, *, kind: str, detail: str, to_tell: str, starts_at: datetime, now: datetime) -> None:
    """Raise ``Invalid`` beside what the signalement lacks, or has although its nature asks for nothing of the sort."""
    demand = DEMANDS[kind]
    _check_text(detail, demand.detail, needed=demand.detail_needed, field="detail")
    _check_text(to_tell, demand.to_tell, needed=demand.to_tell_needed, field="to_tell")
    check_past(starts_at, patient, now=now, field="starts_at")


def _check_text(text: str, label: str | Promise, *, needed: bool, field: str) -> None:
    if needed and not text.strip():
        raise Invalid(_now("Indiquer : %s.") % str(label).lower(), code="required", field=field)
    if text.strip() and not label:
        raise Invalid(_now("Ce signalement ne demande rien ici."), code="not_asked", field=field)


def check_new(patient: Patient, kind: str) -> None:
    """Raise ``Conflict`` when the same thing is signalled already."""
    if Flag.objects.filter(patient=patient, kind=kind, ends_at=None).exists():
        sentence = _now("« %s » est déjà signalé.") % FlagKind(kind).label
        raise Conflict(sentence, code="flag_once", field="kind")


def check_restore(flag: Flag, *, now: datetime) -> None:
    """Raise ``Conflict`` for one lifted long ago: signalled anew, its history keeps the time when it did not hold."""
    if flag.ends_at is not None and flag.ends_at > flag.starts_at and now - flag.ends_at > UNDO_WINDOW:
        sentence = _now("Levé depuis plus d’un jour : le signaler à nouveau.")
        raise Conflict(sentence, code="too_old")


def check_standing(flag: Flag) -> None:
    """Raise ``Conflict`` for a signalement that holds no more."""
    if flag.ends_at is not None:
        raise Conflict(_now("Ce signalement est déjà levé."), code="flag_lifted")
