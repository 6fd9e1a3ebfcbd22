"""What people have asked of one another: done, taken, late, for later, about a patient or about none."""

from dataclasses import dataclass

from amh.core.roles import Role
from amh.demo.scenes import Scene
from patients.actions import tasks
from patients.models import Task


@dataclass(frozen=True)
class Chore:
    """A task: who asks whom, in which unit, about the patient of that ``rank``, and by which hour of which day."""

    title: str
    role: Role
    asked_by: str
    unit: str = ""
    rank: int | None = None
    due: tuple[int, int] = (1, 17)
    taken_by: str = ""


CHORES = (
    Chore("Rappeler la fille pour l’heure de retour", Role.AMH, "infirmiere", "MED", 0, taken_by="amh"),
    Chore("Demander l’imagerie au centre hospitalier", Role.AMH, "medecin", "MED", 1, due=(-1, 17), taken_by="amh"),
    Chore("Prendre rendez-vous de suivi à un mois", Role.AMH, "medecin", "MED", 2, due=(2, 12)),
    Chore("Préparer le dossier de sortie", Role.AMH, "cadre-amh", "MED", 3, due=(-1, 16)),
    Chore("Réserver un interprète pour l’entretien", Role.AMH, "amh3", "HEM", 1, taken_by="amh3"),
    Chore("Mettre à jour la liste des téléphones du service", Role.AMH, "cadre-amh", "HEM", due=(5, 17)),
    Chore("Joindre la famille pour les effets personnels", Role.AMH, "amh4", "USP", 0),
    Chore("Signer la prescription de transport", Role.PHYSICIAN, "amh", "MED", 0),
    Chore("Relire la lettre de liaison", Role.PHYSICIAN, "amh9", "CHIR", 1, due=(-1, 12)),
    Chore("Expliquer les consignes de sortie", Role.NURSE, "amh", "MED", 0, due=(1, 10)),
    Chore("Compléter la fiche de liaison infirmière", Role.NURSE, "amh9", "CHIR", 0, taken_by="infirmiere"),
    Chore("Évaluer le retour au domicile", Role.SOCIAL_WORKER, "amh", "MED", 2, due=(2, 17)),
    Chore("Adapter les repas", Role.DIETICIAN, "infirmiere", "MED", 1),
    Chore("Mesurer avant la réouverture de la chambre", Role.PHYSICIST, "cadre-amh", "CUR"),
    Chore("Trouver un lit de chirurgie pour lundi", Role.BED_MANAGER, "garde", "CHIR", due=(1, 9)),
    Chore("Demander un véhicule pour le retour", Role.DISPATCH_DESK, "cadre-amh", "MED", 0),
    Chore("Descendre le fauteuil au salon de sortie", Role.PORTER, "cadre-amh", "CHIR"),
    Chore("Enregistrer la mutuelle reçue", Role.ADMISSIONS_OFFICE, "cadre-amh", "HEM", 0, due=(3, 12)),
    Chore("Remplacer le lecteur de badge du poste 2", Role.ADMINISTRATOR, "cadre-amh", due=(4, 12)),
)
DONE = Chore("Appeler le médecin traitant", Role.AMH, "medecin", "MED", 1)
NEEDLESS = Chore("Chercher les clichés de 2019", Role.AMH, "medecin", "MED", 2)


def ask(scene: Scene) -> None:
    """Ask for every task; some were taken since, one was done and one had no object any more."""
    for chore in CHORES:
        _ask(scene, chore)
    amh = scene.staff.users["amh"]
    if scene.lying(DONE.unit)[NEEDLESS.rank or 0 :]:
        done, needless = _ask(scene, DONE), _ask(scene, NEEDLESS)
        tasks.finish(task=done, outcome="Prévenu, rappelle demain", by=amh, at=scene.clock.earlier(0.7))
        tasks.cancel(task=needless, reason="Retrouvés au dossier", by=amh, at=scene.clock.earlier(0.8))


def _ask(scene: Scene, chore: Chore) -> Task:
    users, lying = scene.staff.users, scene.lying(chore.unit)
    about = lying[chore.rank] if chore.rank is not None and chore.rank < len(lying) else None
    task = tasks.ask(
        title=chore.title,
        role=chore.role,
        unit=scene.hospital.units.get(chore.unit),
        stay=about.written if about else None,
        due_at=scene.clock.day(*chore.due),
        by=users[chore.asked_by],
        at=scene.clock.day(-2, 9),
    )
    if chore.taken_by:
        tasks.claim(task=task, by=users[chore.taken_by], at=scene.clock.earlier(0.3))
    return task
