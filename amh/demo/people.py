"""People made up for the demonstration, with test INS numbers only (ID-4)."""

from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from amh.core.phones import stored
from amh.demo.names import HOMONYMS, ORIGINS, SPECIALS, Origin, Special
from patients.models import IdentifierType, Patient, PatientIdentifier, Sex

TEST_INS = "1.2.250.1.213.1.4.10"
"""OID of the national test identifiers: the only one that a demonstration may use (ID-4)."""
DOMAIN = "DEMO"
YOUNGEST, OLDEST = 18, 97
UNALIKE = 150
"""People in a row who have different surnames, as far as there are enough."""


@dataclass
class Person:
    """An unsaved patient and their numbers."""

    patient: Patient
    ipp: str
    ins: str = ""

    def identifiers(self, since: datetime) -> list[PatientIdentifier]:
        """The numbers of a patient already saved, known ``since`` then."""
        numbers = [(IdentifierType.IPP, DOMAIN, self.ipp)]
        if self.ins:
            numbers.append((IdentifierType.INS, TEST_INS, self.ins))
        return [
            PatientIdentifier(patient=self.patient, type=kind, domain=domain, value=value, valid_from=since)
            for kind, domain, value in numbers
        ]


def telephone(number: int) -> str:
    """One of the ten thousand numbers that are given to nobody, for works of fiction: 03 53 01 00 00 and on."""
    return f"03 53 01 {number // 100:02d} {number % 100:02d}"


def key(number: str) -> str:
    """The two-digit key of a NIR of 13 characters (ID-6): 97 less the remainder, Corsica counted as 19 and 18."""
    digits = number.replace("2A", "19").replace("2B", "18")
    return f"{97 - int(digits) % 97:02d}"


@dataclass
class People:
    """A crowd from which one person after another comes, the same ones for the same ``rng``."""

    rng: Random
    today: date
    count: int = 0
    numbers: set[str] = field(default_factory=set)
    lately: deque[str] = field(default_factory=lambda: deque(maxlen=UNALIKE))
    weights: list[int] = field(default_factory=lambda: [origin.weight for origin in ORIGINS])

    def someone(self, sex: str = "", *, from_age: int = YOUNGEST) -> Person:
        """The next ordinary person, of that sex when one is given."""
        sex = sex or self.rng.choice((Sex.FEMALE, Sex.FEMALE, Sex.FEMALE, Sex.MALE, Sex.MALE))
        origin = self.rng.choices(ORIGINS, self.weights)[0]
        surname = self._surname(origin)
        used = self._married_name(surname) if sex == Sex.FEMALE else ""
        special = Special(sex, surname, self._first_names(origin, sex), used)
        return self.special(special, origin, from_age=from_age)

    def specials(self) -> list[Person]:
        """People whose names try the screens; of the last two only the year of birth is known (ID-12)."""
        people = [self.special(special) for special in SPECIALS]
        lunar, unknown = people[-2:]
        lunar.patient.lunar_birth_date = f"{lunar.patient.birth_date[:4]}-13-05"
        lunar.patient.birth_date, lunar.patient.ins_retrieved, lunar.ins = lunar.patient.birth_date[:4], False, ""
        unknown.patient.birth_date = unknown.patient.birth_date[:4]
        unknown.patient.ins_retrieved, unknown.patient.doubtful, unknown.ins = False, True, ""
        return people

    def homonyms(self) -> list[Person]:
        """People who must not be taken for one another, two by two; the first two were marked at the admission."""
        pairs = [self.special(special) for pair in HOMONYMS for special in pair]
        for person in pairs[:2]:
            person.patient.homonym = True
        return pairs

    def _surname(self, origin: Origin) -> str:
        """A surname that nobody had lately, when the origin has one: homonyms are few in a ward."""
        unused = [name for name in origin.surnames if name not in self.lately]
        surname = self.rng.choice(unused or origin.surnames)
        self.lately.append(surname)
        return surname

    def _first_names(self, origin: Origin, sex: str) -> str:
        names = origin.women if sex == Sex.FEMALE else origin.men
        return " ".join(self.rng.sample(names, self.rng.choice((1, 1, 2, 2, 3))))

    def _married_name(self, surname: str) -> str:
        if self.rng.random() < 0.45:
            return ""
        husband = self._surname(self.rng.choices(ORIGINS, self.weights)[0])
        return f"{surname}-{husband}" if self.rng.random() < 0.08 else husband

    def _birth_date(self, from_age: int) -> date:
        age = min(max(self.rng.gauss(64, 13), from_age), OLDEST)
        return self.today - timedelta(days=int(age * 365.25) + self.rng.randrange(365))

    def special(self, name: Special, origin: Origin = ORIGINS[0], *, from_age: int = YOUNGEST) -> Person:
        """The next person, with a name chosen beforehand."""
        self.count += 1
        born, place = self._birth_date(from_age), self.rng.choice(origin.birth_places)
        checked, retrieved = self.rng.random() < 0.93, self.rng.random() < 0.9
        patient = Patient(
            birth_name=name.birth_name,
            first_names=name.first_names,
            used_name=name.used_name,
            birth_date=born.isoformat(),
            birth_place=place,
            sex=name.sex,
            ins_retrieved=retrieved,
            identity_checked=checked,
            mobile=stored(telephone(5000 + self.count % 4000)) if self.count % 7 else "",
        )
        return Person(patient, f"8{self.count:08d}", self._ins(name.sex, born, place) if retrieved else "")

    def _ins(self, sex: str, born: date, place: str) -> str:
        while True:
            number = f"{1 if sex == Sex.MALE else 2}{born:%y%m}{place}{self.rng.randrange(1, 1000):03d}"
            if number not in self.numbers:
                self.numbers.add(number)
                return number + key(number)
