"""``docs/races.md``: every race, what decides it, and the acts that need none."""

from amh.demo.soak.races import RACES
from amh.demo.soak.races.unraced import UNRACED
from amh.demo.soak.rounds import Race, Verb

HEAD = """# Races

Acts that two people, or two systems, do at the same instant. `manage.py soak` (`make soak`) runs each of these races
1,000 times, `--only NAME` some of them; the tests run each once, and a few times before a change lands. `manage.py soak
--page` writes this page.

Rows are locked in one order: patient, stay, unit, room, bed, ids ascending; a person before what they have promised, a
task, document or access alone or behind its patient. What has no row yet is held by its name. Two acts that
wait for each other all the same are tried again by the database’s word (`amh.core.transactions.act`).

## By the acts

Each is refused, if at all, by a conflict that says why.

| Race | Acts | What is true after | What decides |
|---|---|---|---|
"""

BARE = """
## By bare SQL

Rows written past every rule and lock: the database has the last word. What it cannot hold is held by a lock alone; the
table above names it.

| Race | What is true after | What decides |
|---|---|---|
"""

UNRACED_HEAD = """
## Acts without a race of their own

| Acts | Why |
|---|---|
"""


def page() -> str:
    """The whole page."""
    by_acts = "".join(_row(race.name, *_said(race)) for race in RACES if not race.bare)
    bare = "".join(_row(race.name, race.truth, race.decided_by) for race in RACES if race.bare)
    others = "".join(f"| {_names(verbs)} | {why} |\n" for why, verbs in UNRACED.items())
    return HEAD + by_acts + BARE + bare + UNRACED_HEAD + others


def name(verb: Verb) -> str:
    """An act as the code calls it: ``patients.stays.move``."""
    module = str(verb.__module__).removeprefix("amh.").replace(".actions", "").replace(".api", "")
    return f"{module}.{verb.__name__}"


def _said(race: Race) -> tuple[str, str, str]:
    return _names(race.verbs), race.truth, race.decided_by


def _names(verbs: tuple[Verb, ...]) -> str:
    return ", ".join(f"`{name(verb)}`" for verb in verbs)


def _row(race: str, *cells: str) -> str:
    return f"| `{race}` | {' | '.join(' '.join(cell.split()) for cell in cells)} |\n"
