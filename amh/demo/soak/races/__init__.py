"""The races: each round sets the stage, lets acts run at once, and says what must be true after."""

from types import ModuleType

from amh.demo.soak.races import (
    accounts,
    beds,
    calendars,
    constraints,
    correspondents,
    drops,
    facts,
    ledgers,
    merges,
    placements,
    records,
    screens,
    staffs,
    stays,
    structures,
    tasks,
    tellings,
)
from amh.demo.soak.rounds import Race

BY_ACTS = (
    beds,
    stays,
    drops,
    ledgers,
    merges,
    tellings,
    records,
    facts,
    correspondents,
    tasks,
    staffs,
    structures,
    calendars,
    accounts,
    screens,
)


def of(module: ModuleType) -> tuple[Race, ...]:
    """The races that a module defines, in its order."""
    return tuple(one for one in vars(module).values() if isinstance(one, Race))


RACES: tuple[Race, ...] = (
    *(one for module in BY_ACTS for one in of(module)),
    *of(placements),
    *constraints.RACES,
)
