"""Everybody and everything that takes part in a night, and a look at all of it at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from amh.core.models.sessions import LOCK_MINUTES
from amh.core.sessions import MOST
from amh.demo.soak.nights import plans
from amh.demo.soak.nights.acts import Order, Staff
from amh.demo.soak.nights.boards import Bed, Board, NoBoard
from amh.demo.soak.nights.hospitals import Hospital
from amh.demo.soak.nights.plans import Plan
from amh.demo.soak.nights.screens import Screen
from amh.demo.soak.nights.truths import Truth
from amh.demo.soak.nights.visitors import AWAY, Visitor
from amh.demo.soak.nights.windows import Window, Windows
from amh.demo.soak.nights.wires import Wire


@dataclass
class Watch:
    """``beds`` are as they were at ``looked_at``; ``counts`` tells what went wrong on purpose."""

    plan: Plan
    hospital: Hospital
    windows: Windows
    screens: list[Screen] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    truth: Truth = field(default_factory=Truth)
    counts: Counter[str] = field(default_factory=Counter)
    beds: dict[int, Bed] = field(default_factory=dict)
    looked_at: datetime = field(default_factory=timezone.now)

    def __post_init__(self) -> None:
        self._people: dict[str, Visitor] = {}
        self._manager = self.person("lits")
        self.staff = Staff(self._manager, self.plan.chance("acts"))
        self.builders = Staff(self.person("admin"), self.plan.chance("beds"))

    @property
    def sleeper(self) -> Window:
        """The window that sleeps."""
        return self.windows.all[-1]

    def open(self) -> None:
        """Open every board. Nobody touches them: the lock of a screen must not come before the end."""
        self.builders.obey("lock", Order(f"parameters/{LOCK_MINUTES}/change", {"value": MOST}))
        self.staff.begin()
        for number in range(self.plan.boards):
            name, language, address = plans.VIEWS[number % len(plans.VIEWS)]
            chance = self.plan.chance(f"screen {number}")
            self.screens.append(Screen(number, self.person(name, language), address, self._wire(), chance))
            self.screens[-1].start()
        for seen in plans.SEEN:
            self._open_window(*seen)
        self._open_window(*plans.ASTRAY, clock=plans.WRONG)
        self._open_window(*plans.SLEEPER)

    def person(self, name: str, language: str = "fr") -> Visitor:
        """Somebody who is logged in, in a language."""
        if name not in self._people:
            self._people[name] = Visitor(name, self.hospital.ports, self.plan.chance(f"ports of {name}"))
            self._people[name].sign_in()
        return self._people[name].speaking(language)

    def describe(self) -> None:
        """Put one bed more into a room: every board must be loaded again."""
        room = self.builders.by.ask("/api/v1/rooms/?page_size=1").json()["results"][0]["id"]
        label = f"N{self.builders.counts['done']}"
        self.builders.obey("describe", Order("beds", {"room": room, "label": label}))

    def look(self) -> None:
        """Learn how the beds are, and what every board shows."""
        asked_at = timezone.now()
        try:
            self.beds = Board.read(self._manager.ask(plans.WHOLE).text).beds()
        except (NoBoard, *AWAY):
            return
        self.looked_at = asked_at
        states = {pk: bed.state for pk, bed in self.beds.items()}
        self.truth.note(states, asked_at=asked_at, told_at=timezone.now())
        everyone: Sequence[Screen | Window] = [*self.screens, *self.windows.all]
        for one in everyone:
            if sample := one.sample():
                self.truth.compare(str(one), sample, at=timezone.now())

    def differences(self) -> dict[str, set[str]]:
        """For each board what is not as the same page opened anew shows it. Raises ``NoBoard`` or one of ``AWAY``."""
        pages: dict[tuple[str, str, str], Board] = {}

        def fresh(one: Visitor, address: str) -> Board:
            key = (one.name, one.language, address)
            pages[key] = pages.get(key) or Board.read(one.ask(address).text)
            return pages[key]

        found = {str(window): window.differences() for window in self.windows.all}
        for screen in self.screens:
            whole = plans.WALL if plans.WALL in screen.address else plans.WHOLE
            own, all_of_it = fresh(screen.visitor, screen.address), fresh(screen.visitor, whole)
            held = screen.board()
            found[str(screen)] = held.differences(own, all_of_it) if held else {"the page"}
        return {name: parts for name, parts in found.items() if parts}

    def close(self) -> None:
        """Close the boards that are no window, and every wire."""
        for screen in self.screens:
            screen.end()
        for wire in self.wires:
            wire.close()

    def _wire(self) -> Wire:
        self.wires.append(Wire(self.hospital.ports, self.plan.chance(f"wire {len(self.wires)}")))
        return self.wires[-1]

    def _open_window(self, name: str, language: str, address: str, *, clock: timedelta = timedelta()) -> None:
        self.windows.open(self.person(name, language), address, self._wire(), clock=clock)
