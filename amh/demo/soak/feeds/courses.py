"""What two systems tell of their patients, drawn from a seed: stays with their cancellations, corrections and repeats.

Each patient has two beds of their own: messages of different patients are applied beside each other, in an order that
nobody decides, and who came first into a shared bed would be anybody's guess. All that happened is past, all that is
announced is to come after the campaign: nothing depends on the moment at which a message is applied.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random

from amh.demo.soak.feeds.tellings import SYSTEMS, Person, Told, message, movement_segment, segment, visit_segment

BEGAN, ENDS = timedelta(days=9), timedelta(days=20)
"""How long before the campaign the first stays began, and how long after it what is announced comes."""
CANCELS = {"A01": "A11", "A02": "A12", "A03": "A13", "A05": "A38", "A21": "A52", "A22": "A53", "A15": "A26"}
CANCELS |= {"A16": "A25", "A54": "A55"}
HERE = {
    "move": 6, "leave": 3, "announce_move": 2, "announce_exit": 2, "physician": 1, "rename": 2, "update": 2,
    "take_back": 3, "late": 1, "repeat": 2, "unknown": 1, "unused": 1,
}  # fmt: skip
"""How often each is told of somebody who is here, beside the others."""
STEPS = (4, 12)
DOUBLES = 6
"""One patient in so many has a second record, which ends merged into the first."""
PHYSICIANS = ("10003456781^HOUSE^Grégory", "10003456799^ÉLUARD^Noëlle", "10003456807^MARTIN^Zoé")
SYLLABLES = ("BA", "DO", "FÉ", "GUI", "JU", "KO", "LA", "MÈ", "NI", "PO", "RU", "SÉ", "TA", "VO", "ZI", "CHA")


@dataclass(frozen=True)
class Happened:
    """A movement, or an announcement, as its sender told it."""

    number: str
    trigger: str
    at: datetime
    place: str


@dataclass
class Course:
    """What is told of one patient; ``told`` grows in the order of telling."""

    person: Person
    chance: Random
    at: datetime
    ends: datetime
    told: list[Told] = field(default_factory=list)
    standing: list[Happened] = field(default_factory=list)
    place: str = ""
    _visits: Iterator[int] = field(default_factory=lambda: count(1))
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _visit: str = ""

    def stay(self) -> None:
        """A stay from its announcement to its end, and sometimes the end taken back."""
        self._visit = f"V{self.person.number}-{next(self._visits)}"
        self.standing.clear()
        self.place = self._bed(1)
        if self.chance.random() < 0.5:
            self._happen("A05", fields={8: f"{self.at + timedelta(hours=5):%Y%m%d%H%M%S}"})
            if self.chance.random() < 0.2:
                self.take_back()
        self._happen("A01")
        for _ in range(self.chance.randint(*STEPS)):
            getattr(self, self.chance.choices(list(HERE), weights=list(HERE.values()))[0])()
        self._happen("A03")
        if self.chance.random() < 0.2:
            self.take_back()
            self.move()
            self._happen("A03")

    def move(self) -> None:
        """A transfer to the other bed, or to a place that nobody has described."""
        strange = f"INC{self.person.system.name}^{self.person.number}^1"
        self.place = self.chance.choice([self._bed(1), self._bed(2), self._bed(2), strange])
        self._happen("A02")

    def leave(self) -> None:
        """A leave; most come back."""
        back = f"{self.at + timedelta(days=2):%Y%m%d%H%M%S}"
        self._happen("A21", fields={47: back})
        if self.chance.random() < 0.8:
            self._happen("A22")

    def announce_move(self) -> None:
        """A transfer to come, for which a bed is kept."""
        self._happen("A15", at=self._to_come(), visit={42: self._bed(2)})

    def announce_exit(self) -> None:
        """The day of the exit."""
        at = self._to_come()
        self._happen("A16", at=at, fields={9: f"{at:%Y%m%d%H%M%S}"})

    def physician(self) -> None:
        """Another physician answers for the patient."""
        self._happen("A54", visit={7: self.chance.choice(PHYSICIANS) + "^" * 10 + "RPPS"})

    def rename(self) -> None:
        """The person has another name in use."""
        self.person = replace(self.person, used=f"{self.person.family}-{self.chance.choice(SYLLABLES)}")
        self._say("A31", self.at)

    def update(self) -> None:
        """Something told before happened at another moment, and mostly in another bed."""
        movements = [one for one in self.standing if one.trigger in ("A01", "A02")]
        if not movements:
            return
        old = self.chance.choice(movements)
        place = self.chance.choice([old.place, self._bed(1), self._bed(2)])
        new = replace(old, at=old.at + timedelta(minutes=self.chance.randint(-3, 3)), place=place)
        self.standing[self.standing.index(old)] = new
        self._say("Z99", new.at, *self._segments(new, "UPDATE", old.trigger))

    def take_back(self) -> None:
        """What was told last is not so."""
        if not self.standing:
            return
        struck = self.standing.pop()
        before = next((one.place for one in reversed(self.standing) if one.trigger in ("A01", "A02")), struck.place)
        self.place = before
        said = replace(struck, place=before)
        self._say(CANCELS[struck.trigger], self._next(), *self._segments(said, "CANCEL", struck.trigger))

    def late(self) -> None:
        """A transfer that happened before what was told last."""
        at = self.at - timedelta(minutes=self.chance.randint(20, 200), seconds=self.chance.randint(1, 59))
        late = Happened(self._number(), "A02", at, self._bed(2))
        self._say("A02", at, *self._segments(late, "INSERT", ""))

    def repeat(self) -> None:
        """The same message again, as a sender does that was not sure."""
        if self.told:
            self.told.append(self.chance.choice(self.told))

    def unknown(self) -> None:
        """A correction of what was never told."""
        never = Happened(f"{self._number()}-X", "A02", self.at, self.place)
        self._say("Z99", self.at, *self._segments(never, "UPDATE", "A02"))

    def unused(self) -> None:
        """An event that is not used here."""
        self._say("A60", self.at)

    def unite(self, double: "Course") -> None:
        """The double is this patient."""
        self.told += double.told
        prior = f"{double.person.number}^^^{self.person.system.name}^PI"
        self._say("A40", self._next(), segment("MRG", {1: prior}), besides=(double.person.lane,))

    def _happen(
        self,
        trigger: str,
        *,
        at: datetime | None = None,
        visit: dict[int, str] | None = None,
        fields: dict[int, str] | None = None,
    ) -> None:
        happened = Happened(self._number(), trigger, at or self._next(), self.place)
        self.standing.append(happened)
        self._say(trigger, happened.at, *self._segments(happened, "INSERT", "", visit=visit, fields=fields))

    def _segments(
        self,
        happened: Happened,
        action: str,
        origin: str,
        *,
        visit: dict[int, str] | None = None,
        fields: dict[int, str] | None = None,
    ) -> list[str]:
        system = self.person.system
        return [
            visit_segment(system, self._visit, happened.place, visit or {}, patient_class="I"),
            segment("PV2", fields) if fields else "",
            movement_segment(system, happened.number, happened.at, action, origin),
        ]

    def _say(self, trigger: str, at: datetime, *segments: str, besides: tuple[tuple[str, str], ...] = ()) -> None:
        control_id = f"{self.person.number}-{next(self._numbers)}"
        raw = message(self.person, trigger, control_id, at, *segments)
        self.told.append(Told(self.person.system, control_id, trigger, raw, (self.person.lane, *besides)))

    def _number(self) -> str:
        return f"M{self.person.number}-{next(self._numbers)}"

    def _bed(self, number: int) -> str:
        return f"FLUX^{self.person.system.name}{self.person.number}^{number}"

    def _next(self) -> datetime:
        self.at += timedelta(minutes=self.chance.randint(1, 90), seconds=self.chance.randint(0, 59))
        return self.at

    def _to_come(self) -> datetime:
        return self.ends + timedelta(minutes=self.chance.randint(0, 10_000))


def courses(many: int, *, at: datetime, chance: Random) -> list[list[Told]]:
    """For each patient what is told of them, in order; ``many`` messages in all, told of what was before ``at``."""
    drawn: list[list[Told]] = []
    left = many
    for number in count():
        told = _course(number, at=at, chance=chance).told[:left]
        drawn.append(told)
        left -= len(told)
        if not left:
            return drawn
    raise AssertionError


def _course(number: int, *, at: datetime, chance: Random) -> Course:
    course = _begun(number, "", at=at, chance=chance)
    course.stay()
    if number % DOUBLES == DOUBLES - 1:
        double = _begun(number, "D", at=at, chance=chance)
        double.stay()
        course.unite(double)
        course.rename()
    return course


def _begun(number: int, mark: str, *, at: datetime, chance: Random) -> Course:
    system, own = SYSTEMS[number % len(SYSTEMS)], number // len(SYSTEMS)
    code = 4 * own + 2 * len(mark) + number % 2
    family = "".join(SYLLABLES[code // 16**power % 16] for power in range(3))
    # Nobody is anybody's namesake: who is marked as such depends on who came first.
    born = f"{datetime(1931, 1, 1) + timedelta(days=37 * code):%Y%m%d}"  # noqa: DTZ001 - a birth date has no zone
    person = Person(system, f"{own + 1}{mark}", family, f"Zoé{family.lower()}", "", born, "FM"[number % 2])
    return Course(person, chance, at - BEGAN + timedelta(minutes=chance.randint(0, 1_440)), at + ENDS)


def beds(told: list[list[Told]]) -> list[tuple[str, str]]:
    """Room and bed of each patient's own two."""
    people = dict.fromkeys(lane for course in told for one in course for lane in one.lanes)
    return [(f"{system}{number}", bed) for system, number in people for bed in ("1", "2")]


def shared(drawn: list[list[Told]], *, connections: int, chance: Random) -> list[list[Told]]:
    """What each of some connections sends: a patient's messages by one, in order, others' in between."""
    shares: list[list[Told]] = []
    for share in range(connections):
        left = [iter(course) for course in drawn[share::connections]]
        shares.append([])
        while left:
            course = chance.choice(left[:AT_ONCE])
            one = next(course, None)
            if one is None:
                left.remove(course)
            else:
                shares[-1].append(one)
    return shares


AT_ONCE = 6
"""Of how many patients one connection tells at the same time."""
