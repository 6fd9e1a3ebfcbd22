"""A report of deviations in words: what, where, which rule, what to ask, and an example that quotes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from amh.interop.hl7 import shapes
from amh.interop.hl7.deviations import Code
from amh.interop.hl7.requirements import REQUIREMENTS, Requirement
from amh.interop.models import InboundMessage
from amh.interop.queries.deviations import Habit, Report, Share


@dataclass(frozen=True)
class Line:
    """One deviation as people read it."""

    habit: Habit
    label: str
    requirement: Requirement | None
    shape: str

    @property
    def share(self) -> Share:
        """How many of the sender's messages have it."""
        return self.habit.share

    @property
    def example(self) -> InboundMessage | None:
        """The last message that has it."""
        return self.habit.example


def lines(report: Report) -> Iterator[Line]:
    """The deviations of a report in words, in its order."""
    for habit in report.habits:
        label = str(Code(habit.code).label) if habit.code in Code.values else habit.code
        yield Line(habit, label, REQUIREMENTS.get(habit.code), _shape(habit))


def _shape(habit: Habit) -> str:
    row = habit.example
    return shapes.at(bytes(row.raw), habit.where, received_at=row.received_at) if row else ""
