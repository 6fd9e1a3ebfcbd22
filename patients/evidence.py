"""What may be known of a stay, how it may come to be known, and by whom: the registry of evidence (WR-1, settled 10).

An item of a checklist is satisfied by a fact, never by a tick. Here a fact is one that somebody states; where an app
holds the thing itself (a transport, an appointment) it provides the reading of that kind in its place.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from amh.core import dates
from amh.core.roles import Role
from patients.models import Fact, Source
from patients.queries import facts


class Theme(StrEnum):
    """Where an item stands on a page."""

    DECISION = "decision"
    LETTERS = "letters"
    FOLLOW_UP = "follow_up"
    RETURN = "return"
    HOME = "home"
    CARE = "care"
    RIGHTS = "rights"
    SESSION = "session"
    RADIATION = "radiation"


class FieldKind(StrEnum):
    """What a value of a fact is."""

    WORDS = "words"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes_no"
    CHOICE = "choice"


@dataclass(frozen=True)
class Field:
    """One value that a fact carries: ``unit`` is that of a number, ``choices`` the codes and words to choose from."""

    name: str
    label: Promise | str
    kind: FieldKind = FieldKind.WORDS
    unit: str = ""
    required: bool = False
    choices: tuple[tuple[str, Promise | str], ...] = ()


ANYONE: frozenset[str] = frozenset(Role.values)


@dataclass(frozen=True)
class Evidence:
    """One kind of fact. ``takes`` says who may state it by each source; what is not in it is refused.

    ``signed``: the act is one that somebody signed elsewhere; who *saw* it gives its author and its date, and it is
    shown as seen, never as signed. ``computed_by`` names the app that will know it by itself.
    """

    kind: str
    theme: Theme
    label: Promise | str
    takes: Mapping[Source, frozenset[str]]
    signed: bool = False
    fields: tuple[Field, ...] = ()
    computed_by: str = ""

    def may_state(self, source: Source, roles: Collection[str]) -> bool:
        """Tell whether somebody of one of these trades may state it by this source."""
        return bool(self.takes.get(source, frozenset()) & set(roles))


@dataclass(frozen=True)
class Satisfied:
    """That something is so: how it is known, by whom, and when it happened; ``words`` say all of it in one line."""

    kind: str
    source: Source
    by: str
    when: datetime
    words: str


Batch = Callable[[Collection[int]], Mapping[int, Satisfied]]

KINDS: dict[str, Evidence] = {}
_provided: dict[str, Batch] = {}


def declare(kinds: Iterable[Evidence]) -> None:
    """Make kinds known; called while the program starts."""
    KINDS.update({each.kind: each for each in kinds})


def provide(kind: str, batch: Batch) -> None:
    """Read ``kind`` so from now on, for many stays at once, in the place of the stated facts."""
    _provided[kind] = batch


def batch(
    stay_ids: Collection[int], *, now: datetime, kinds: Collection[str] | None = None
) -> dict[int, dict[str, Satisfied]]:
    """What is satisfied of each stay, by kind: one query for all stated facts, one reading for each provided kind."""
    wanted = set(KINDS if kinds is None else kinds)
    found: dict[int, dict[str, Satisfied]] = {pk: {} for pk in stay_ids}
    for fact in facts.standing(stay_ids, kinds=wanted - _provided.keys()):
        found[fact.stay_id].setdefault(fact.kind, satisfied(fact, now=now))
    for kind in wanted & _provided.keys():
        for stay_id, proof in _provided[kind](stay_ids).items():
            found[stay_id][kind] = proof
    return found


def label(kind: str) -> str:
    """The words of a kind; the code itself for one that no app knows any more."""
    return str(KINDS[kind].label) if kind in KINDS else kind


def satisfied(fact: Fact, *, now: datetime) -> Satisfied:
    """A stated fact as evidence."""
    return Satisfied(
        kind=fact.kind,
        source=Source(fact.source),
        by=author(fact),
        when=fact.happened_at or fact.entered_at,
        words=words(fact, now=now),
    )


def author(fact: Fact) -> str:
    """Whose act it is; without a name, who entered it here."""
    return str(fact.practitioner or fact.said_by or fact.author or "")


def words(fact: Fact, *, now: datetime) -> str:
    """How it is known, in one line: « vu : Dr MARTIN Luc, sam. 21 nov. 10:30 · 4 h · noté par Anne D. à 14:32 »."""
    act = ", ".join(filter(None, [_named(fact), _moment(fact.happened_at, now=now)]))
    noted = {"who": fact.author, "at": _moment(fact.entered_at, now=now)}
    pieces = [
        f"{fact.get_source_display()} : {act}" if act else fact.get_source_display(),
        *_values(fact, now=now),
        _("noté par %(who)s, %(at)s") % noted if fact.author else "",
    ]
    return " · ".join(filter(None, pieces))


def _named(fact: Fact) -> str:
    return str(fact.practitioner or fact.said_by or "")


def _moment(at: datetime | None, *, now: datetime) -> str:
    return f"{dates.far_day(at, today=dates.local(now).date())} {dates.clock(at)}" if at else ""


def _values(fact: Fact, *, now: datetime) -> list[str]:
    known = [each for each in KINDS[fact.kind].fields if each.name in fact.value] if fact.kind in KINDS else []
    return [f"{each.label} : {_value(each, fact.value[each.name], now=now)}" for each in known]


def _value(field: Field, value: object, *, now: datetime) -> str:
    match field.kind:
        case FieldKind.YES_NO:
            return _("oui") if value else _("non")
        case FieldKind.CHOICE:
            return str(dict(field.choices).get(str(value), value))
        case FieldKind.DATE:
            return dates.birth(str(value))
        case FieldKind.MOMENT:
            return _moment(datetime.fromisoformat(str(value)), now=now)
    return f"{value} {field.unit}".strip()
