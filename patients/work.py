"""What the program asks people to do: the kinds of its own tasks, with their owner, their delay and their words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amh.core.roles import Role
from patients import evidence
from patients.models import Task
from patients.rules.identities import Anomaly


@dataclass(frozen=True)
class Work:
    """One kind of task. ``minutes`` are of its owner’s working time; ``words`` may name the ``params`` of a task.

    Params are codes and ids, never names: who the patient is shows to those who may know it.
    """

    kind: str
    role: Role
    minutes: int
    words: Promise | str


KINDS: dict[str, Work] = {}


def declare(*kinds: Work) -> None:
    """Make kinds known; called while the program starts."""
    KINDS.update({each.kind: each for each in kinds})


declare(
    Work("identity_anomaly", Role.ADMISSIONS_OFFICE, 240, _("Anomalie d’identité signalée : %(anomaly)s")),
    Work("leave_overdue", Role.NURSE, 30, _("Retour de permission dépassé : joindre le patient")),
    Work("bed_to_confirm", Role.BED_MANAGER, 30, _("Lit à confirmer : dire qui est dans le lit")),
    Work("departure_to_confirm", Role.NURSE, 60, _("Sortie saisie ailleurs : confirmer le départ")),
    Work("fact_withdrawn", Role.AMH, 240, _("À régler après la sortie : %(fact)s")),
    Work(
        "delivery_exhausted", Role.ADMINISTRATOR, 60, _("Envoi en échec définitif (%(delivery)s) : relancer ou annuler")
    ),
    Work(
        "document_altered", Role.ADMINISTRATOR, 60, _("Document n° %(document)s perdu ou altéré : restaurer le fichier")
    ),
)


def words(task: Task) -> str:
    """What is to be done, in the language of the moment: what a person wrote, or the words of the kind."""
    one = KINDS.get(task.kind)
    if task.title or one is None:
        return task.title or task.kind
    return str(one.words) % _spoken(task.params) if task.params else str(one.words)


def _spoken(params: Mapping[str, Any]) -> dict[str, Any]:
    """The params with the codes of a fact and of an anomaly in words."""
    spoken = {**params, **({"fact": evidence.label(params["fact"])} if "fact" in params else {})}
    return spoken | ({"anomaly": Anomaly(params["anomaly"]).label} if "anomaly" in params else {})
