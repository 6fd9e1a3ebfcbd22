"""Who follows the patients outside: the list of professionals and structures, and whom each patient has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from stdnum import luhn

from amh.core.models import User
from amh.demo.inpatients import WARDS
from amh.demo.people import telephone
from amh.demo.scenes import FILLED, Scene
from patients.actions import addresses, correspondents, organisations, practitioners
from patients.models import (
    Address,
    AddressKind,
    CorrespondentRole,
    Organisation,
    OrganisationKind,
    Patient,
    Practitioner,
)

K, R = OrganisationKind, CorrespondentRole

STRUCTURES = (
    ("Centre hospitalier du Val de Seille", K.HOSPITAL, "Dieuze"),
    ("Maison de santé des Tilleuls", K.PRACTICE, "Château-Salins"),
    ("Centre de santé du Pont-Neuf", K.PRACTICE, "Pont-à-Mousson"),
    ("EHPAD Les Charmes", K.NURSING_HOME, "Toul"),
    ("HAD des Trois Vallées", K.HOME_CARE, "Lunéville"),
    ("Pharmacie de la Halle", K.PHARMACY, "Nomeny"),
    ("Pharmacie des Remparts", K.PHARMACY, "Vic-sur-Seille"),
    ("Laboratoire du Saulnois", K.LABORATORY, "Delme"),
    ("Perfusion à domicile Est", K.PROVIDER, "Metz"),
    ("Cabinet infirmier de la Nied", K.OTHER, "Rémilly"),
)
"""Name, kind and town of structures that exist nowhere."""

PEOPLE = (
    ("Aubertin", "Claire", "Médecine générale", 1),
    ("Brasseur", "Olivier", "Médecine générale", 1),
    ("Charton", "Lucie", "Médecine générale", 2),
    ("Demange", "François", "Médecine générale", 2),
    ("Eloy", "Hassan", "Médecine générale", None),
    ("Ferry", "Anne", "Médecine générale", None),
    ("Gaspard", "Yves", "Gastro-entérologie", 0),
    ("Humbert", "Sonia", "Pneumologie", 0),
)
"""Family name, given name, specialty, and the structure in the list above."""
GPS, SPECIALISTS = slice(0, 6), slice(6, 8)
UNVERIFIED, STALE, WITHDRAWN = 3, 4, 5
"""Professionals whose address nobody has made sure of, not for long, or is used no more."""
WITHOUT_GP = 7
"""One patient in so many declares no general practitioner."""


@dataclass(frozen=True)
class Directory:
    """The list of correspondents, in the order above."""

    structures: list[Organisation] = field(default_factory=list)
    people: list[Practitioner] = field(default_factory=list)

    def of_kind(self, kind: OrganisationKind) -> list[Organisation]:
        """The structures of a kind."""
        return [one for one in self.structures if one.kind == kind]


def list_them(scene: Scene) -> Directory:
    """Enter structures and professionals, each with a telephone; professionals also with a secure address."""
    by, made = scene.staff.users["amh"], Directory()
    at = scene.clock.day(-200, 10)
    for rank, (name, kind, city) in enumerate(STRUCTURES):
        values: Mapping[str, object] = {"name": name, "kind": kind, "city": city, "finess": _checked(f"5799{rank:04d}")}
        made.structures.append(organisations.create(values=values, by=by, at=at))
        _reach(scene, made.structures[rank], AddressKind.PHONE, telephone(2000 + rank), by=by)
    for rank, (family, given, specialty, place) in enumerate(PEOPLE):
        at_work = None if place is None else made.structures[place]
        values = {"family_name": family, "given_name": given, "specialty": specialty, "organisation": at_work}
        values |= {"rpps": _checked(f"10998{rank:05d}")}
        made.people.append(practitioners.create(values=values, by=by, at=at))
        _write_to(scene, made.people[rank], rank, by=by)
    return made


def _checked(number: str) -> str:
    return number + luhn.calc_check_digit(number)


def _write_to(scene: Scene, person: Practitioner, rank: int, *, by: User) -> None:
    box = f"{person.given_name}.{person.family_name}@demonstration.mssante.fr".lower().replace("ç", "c")
    _reach(scene, person, AddressKind.PHONE, telephone(3000 + rank), by=by)
    days = {UNVERIFIED: None, STALE: -500}.get(rank, -20)
    _reach(scene, person, AddressKind.SECURE_MAIL, box, by=by, days=days)
    if rank == WITHDRAWN:
        fax = _reach(scene, person, AddressKind.FAX, telephone(3999), by=by)
        addresses.withdraw(address=fax, by=by, at=scene.clock.day(-5, 11))


def _reach(
    scene: Scene, of: Organisation | Practitioner, kind: AddressKind, value: str, *, by: User, days: int | None = -20
) -> Address:
    """Note an address, and that somebody made sure of it so many ``days`` from today; ``None``: nobody has."""
    address = addresses.add(of=of, kind=kind, value=value, by=by, at=scene.clock.day(-510, 10))
    if days is not None:
        addresses.verify(address=address, by=by, at=scene.clock.day(days, 11))
    return address


def link(scene: Scene, known: Directory) -> None:
    """Give patients of the wards a general practitioner, or say that they have none; the first of a ward has others."""
    gps, at = known.people[GPS], scene.clock.earlier(0.1)
    for code in WARDS:
        for rank, visit in enumerate(scene.lying(code)[:FILLED]):
            by, patient = scene.amh(visit.unit), visit.person.patient
            gp = None if rank % WITHOUT_GP == WITHOUT_GP - 1 else gps[rank % len(gps)]
            correspondents.add(patient=patient, role=R.GP, practitioner=gp, by=by, at=at)
            if rank == 0:
                _surround(patient, known, by=by, at=at)


def _surround(patient: Patient, known: Directory, *, by: User, at: datetime) -> None:
    """Those who will care for the patient at home, and who sent them here."""
    referrer = known.people[SPECIALISTS][0]
    correspondents.add(patient=patient, role=R.REFERRER, practitioner=referrer, by=by, at=at)
    for role, kind in ((R.NURSE, K.OTHER), (R.PHARMACY, K.PHARMACY), (R.PROVIDER, K.PROVIDER)):
        correspondents.add(patient=patient, role=role, organisation=known.of_kind(kind)[0], by=by, at=at)
