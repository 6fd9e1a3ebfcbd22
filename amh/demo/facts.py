"""What is known of the patients who leave soon: received, seen by somebody named, or said (WR-1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from amh.demo.ledgers import Visit
from amh.demo.scenes import Scene
from patients.actions import facts
from patients.models import Fact, Source, StayState

R, V, D = Source.RECEIVED, Source.SEEN, Source.SAID
AMH = "amh"


@dataclass(frozen=True)
class Known:
    """A fact of one patient of the ward, and who states it (nobody: another system)."""

    rank: int
    kind: str
    source: Source
    by: str = ""
    signed: bool = False
    value: Mapping[str, Any] = field(default_factory=dict)


KNOWN = (
    Known(0, "referral_letter_received", R),
    Known(0, "discharge_decided", V, AMH, signed=True),
    Known(0, "letter_signed", R),
    Known(0, "return_mode_decided", D, "medecin", value={"mode": "ambulance"}),
    Known(0, "follow_up_arranged", D, AMH, value={"how": "booked", "with_whom": "consultation de médecine"}),
    Known(0, "belongings_returned", D, "infirmiere"),
    Known(1, "referral_letter_received", V, AMH),
    Known(1, "prescriptions_signed", V, AMH, signed=True),
    Known(1, "coverage_settled", D, AMH),
    Known(2, "social_assessed", D, "sociale"),
    Known(2, "home_ready", D, AMH, value={"contact": "fille, par téléphone"}),
    Known(3, "discharge_decided", D, "medecin"),
)
WARD = "MED"
MISTAKEN = Known(0, "email_gathered", D, AMH)
REOPENED = Known(0, "stay_certificate_given", D, AMH)


def note(scene: Scene) -> None:
    """State the facts, take one back, and reopen one of a patient who has left: that becomes a task."""
    lying = scene.lying(WARD)
    for known in KNOWN:
        for visit in lying[known.rank : known.rank + 1]:
            _state(scene, visit, known)
    for visit in lying[:1]:
        _take_back(scene, _state(scene, visit, MISTAKEN), "Adresse donnée par erreur")
    for visit in _left(scene)[:1]:
        _take_back(scene, _state(scene, visit, REOPENED), "Bulletin resté dans le dossier")


def _left(scene: Scene) -> list[Visit]:
    """Those who have left the ward by now."""
    gone = (visit for visit in scene.visits if visit.unit.code == WARD)
    return [visit for visit in gone if visit.written.state == StayState.DISCHARGED]


def _state(scene: Scene, visit: Visit, known: Known) -> Fact:
    by = scene.staff.users[known.by] if known.by else None
    signer = scene.staff.physicians[WARD][0] if known.signed else None
    return facts.state(
        stay=visit.written,
        kind=known.kind,
        source=known.source,
        practitioner=signer,
        happened_at=scene.clock.earlier(0.1) if signer else None,
        value=known.value,
        by=by,
        at=scene.clock.earlier(0.4),
    )


def _take_back(scene: Scene, fact: Fact, reason: str) -> None:
    facts.withdraw(fact=fact, reason=reason, by=scene.staff.users[AMH], at=scene.clock.earlier(0.6))
