"""A few documents in the record of one patient: versions, one kept until the announcement, one taken back."""

from dataclasses import dataclass
from datetime import datetime

from amh.core import documents as printing
from amh.demo.ledgers import Visit
from amh.demo.scenes import Scene
from patients.actions import documents
from patients.actions.documents import Labels
from patients.models import Document, DocumentKind, Source

K = DocumentKind
TEMPLATE = "demo/documents/page.typ"
WARD = "MED"
SENTENCE = "Document de démonstration : il ne dit rien de personne."


@dataclass(frozen=True)
class Paper:
    """A document, who brings it in (nobody: another system), and when: a share of this day."""

    kind: DocumentKind
    title: str
    by: str = ""
    share: float = 0.2
    withheld: bool = False


LETTER = Paper(K.LETTER, "médecine", "medecin", 0.5)
MISFILED = Paper(K.COVERAGE, "attestation de mutuelle", "amh", 0.3)
PAPERS = (
    Paper(K.REFERRAL, "médecin traitant"),
    Paper(K.REPORT, "imagerie", "medecin", 0.4, withheld=True),
)


def file(scene: Scene) -> None:
    """Put the documents into the record of the first patient of the ward."""
    for visit in scene.lying(WARD)[:1]:
        for paper in PAPERS:
            _add(scene, visit, paper)
        letter = _add(scene, visit, LETTER)
        medecin, later = scene.staff.users["medecin"], scene.clock.earlier(0.8)
        documents.replace(document=letter, content=_page(LETTER, 2, at=later), by=medecin, at=later)
        misfiled, amh = _add(scene, visit, MISFILED), scene.staff.users["amh"]
        documents.withdraw(document=misfiled, reason="Attestation d’une autre personne", by=amh, at=later)


def _add(scene: Scene, visit: Visit, paper: Paper) -> Document:
    at = scene.clock.earlier(paper.share)
    source = Source.SEEN if paper.by else Source.RECEIVED
    return documents.add(
        patient=visit.person.patient,
        content=_page(paper, 1, at=at),
        labels=Labels(paper.kind, paper.title, source, paper.withheld, visit.written),
        by=scene.staff.users[paper.by] if paper.by else None,
        at=at,
    )


def _page(paper: Paper, version: int, *, at: datetime) -> bytes:
    title = f"{paper.kind.label.capitalize()}, {paper.title}"
    facts = {"title": title, "version": f"Version {version}", "sentence": SENTENCE}
    return printing.pdf(TEMPLATE, facts, at=at)
