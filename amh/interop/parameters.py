"""What a site says to those who keep its exchanges going."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amh.core.parameters import Group, Kind, Parameter, declare

NAMES = ("sender", "day", "hour", "minutes")
SAMPLES: dict[str, Promise | str] = {
    "sender": "GAM / CLCC",
    "day": _("samedi 14 mars 2026"),
    "hour": "12:00",
    "minutes": "60",
}
HELP = _("{sender} : l’émetteur ; {day} et {hour} : son dernier message ; {minutes} : le silence toléré.")

BODY_FR = """\
Bonjour,

« {sender} » n’envoie plus de messages à AMH.

Dernier message reçu : {day} à {hour}
Silence toléré : {minutes} min

Tant que ce flux est interrompu, le plan des lits peut ne pas montrer les derniers mouvements.
Que faire : vérifier le système émetteur et la liaison, puis la page des messages reçus : /interop/messages/

Un seul courriel est envoyé par interruption. Il ne contient aucune donnée de patient."""

BODY_EN = """\
Hello,

“{sender}” no longer sends messages to AMH.

Last message received: {day} at {hour}
Silence allowed: {minutes} min

While this feed is down, the bed board may not show the latest movements.
What to do: check the sending system and the link, then the page of received messages: /interop/messages/

One e-mail is sent for each silence. It holds no patient data."""

declare(
    Parameter(
        key="feed_lag_hours",
        label=_("Mouvement saisi ici : laisser au flux le temps de le dire"),
        kind=Kind.HOURS,
        default=4,
        help=_("Passé ce délai, un patient que le flux dit ailleurs est montré parmi ce qui est à rapprocher."),
        highest=72,
        group=Group.EXCHANGES,
    ),
    Parameter(
        key="feed_silence_act",
        label=_("Flux interrompu : qui prévenir, que faire"),
        kind=Kind.BILINGUAL,
        default={
            "fr": "Prévenir l’astreinte informatique ; d’ici là, vérifier les mouvements auprès des unités.",
            "en": "Call the IT on duty; until then, check movements with the units.",
        },
        help=_("Écrit sur le plan des lits, sous le nom du système qui ne parle plus."),
        group=Group.EXCHANGES,
    ),
    Parameter(
        key="feed_alert_subject",
        label=_("Flux interrompu : objet du courriel"),
        kind=Kind.TEMPLATE,
        default={"fr": "Flux interrompu : {sender}", "en": "Feed down: {sender}"},
        help=HELP,
        names=NAMES,
        samples=SAMPLES,
        group=Group.EXCHANGES,
    ),
    Parameter(
        key="feed_alert_body",
        label=_("Flux interrompu : texte du courriel"),
        kind=Kind.TEMPLATE,
        default={"fr": BODY_FR, "en": BODY_EN},
        help=HELP,
        names=NAMES,
        samples=SAMPLES,
        group=Group.EXCHANGES,
    ),
)
