"""Who may be taken for whom among people who are close by: in a unit, a room, a list of the day (ID-8).

Every comparison goes through a dictionary of keys, so that a hospital of people costs a few milliseconds.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import combinations
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

import jellyfish
from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models import Patient
from patients.queries import homonyms


class Reason(models.TextChoices):
    """Why two people may be taken for one another."""

    BIRTH_NAME = "birth_name", _("même nom de naissance")
    USED_NAME = "used_name", _("même nom utilisé")
    SOUND = "sound", _("nom et prénom qui s’entendent pareil")
    BIRTH_DATE = "birth_date", _("même date de naissance, nom proche")


class Named(Protocol):
    """What is compared of a person."""

    @property
    def patient_id(self) -> int | None: ...
    @property
    def birth_name(self) -> str: ...
    @property
    def used_name(self) -> str: ...
    @property
    def first_names(self) -> str: ...
    @property
    def used_first_name(self) -> str: ...
    @property
    def birth_date(self) -> str: ...
    @property
    def sex(self) -> str: ...


class Compared(NamedTuple):
    """Those traits, and nothing else."""

    patient_id: int | None
    birth_name: str
    used_name: str
    first_names: str
    used_first_name: str
    birth_date: str
    sex: str


_compared = attrgetter(*Compared._fields)

Namesakes = Mapping[int, Mapping[int, Collection[Reason]]]
"""For each person who has any, the others with whom they may be confused, and why."""

KEPT = 1_000
"""Lists of people whose namesakes are kept in a process."""

CLOSE = 0.85
"""Jaro-Winkler likeness from which two names written down are close; DURAND and DURANT are at 0.93."""

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
_SPELLINGS = {
    **dict.fromkeys(("eaux", "eau", "ault", "auld", "aux", "aud", "aut", "au"), "o"),
    **dict.fromkeys(("ai", "ei", "ay", "ey", "oeu"), "e"),
    "ph": "f",
    "bv": "v",
    "chr": "kr",
    "ch": "ch",
    **{f"c{vowel}": f"s{vowel}" for vowel in "ei"},
    **{f"c{vowel}": f"k{vowel}" for vowel in "aou"},
    "qu": "k",
    "y": "i",
    "h": "",
}
_SPELLED = re.compile("|".join(sorted(_SPELLINGS, key=len, reverse=True)))
_SILENT = re.compile(r"[destpxz]+$")


@lru_cache(maxsize=20_000)
def bare(name: str) -> str:
    """A name without accents, capitals, hyphens, spaces or apostrophes: « L’Hôte-Œuf » is « lhoteoeuf »."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LIGATURES))
    return "".join(sign for sign in plain if sign.isalnum())


@lru_cache(maxsize=20_000)
def spelled(name: str) -> str:
    """A name as French ears would write it: one spelling for each sound, silent endings dropped."""
    plain = _SPELLED.sub(lambda found: _SPELLINGS[found[0]], bare(name))
    return _SILENT.sub("", plain) or plain


@lru_cache(maxsize=20_000)
def sound(name: str) -> str:
    """The consonants that are heard, and the figures: those alone tell « INCONNU 1 » from « INCONNU 2 »."""
    return jellyfish.metaphone(spelled(name)) + _figures(name)


@lru_cache(maxsize=100_000)
def close(one: str, other: str) -> bool:
    """Tell whether two names written down are near each other."""
    return _figures(one) == _figures(other) and jellyfish.jaro_winkler_similarity(bare(one), bare(other)) >= CLOSE


@lru_cache(maxsize=100_000)
def _heard(one: str, other: str) -> bool:
    return jellyfish.jaro_winkler_similarity(spelled(one), spelled(other)) >= CLOSE


@lru_cache(maxsize=20_000)
def _figures(name: str) -> str:
    return "".join(sign for sign in name if sign.isdigit())


def namesakes(people: Iterable[Named]) -> Namesakes:
    """Find who may be taken for whom among these people; one who comes twice (two stays) is no homonym of theirs.

    Kept with all that is compared, since a board asks about the same people at each page.
    """
    return _found(tuple(map(_compared, people)))


@lru_cache(maxsize=KEPT)
def _found(people: tuple[tuple[Any, ...], ...]) -> Namesakes:
    known = {one.patient_id: one for one in map(Compared._make, people) if one.patient_id is not None}
    found: dict[int, dict[int, set[Reason]]] = defaultdict(lambda: defaultdict(set))
    for reason, keys, agree in _COMPARISONS:
        for pair in _pairs(known, keys, agree):
            for one, other in (pair, pair[::-1]):
                found[one][other].add(reason)
    return {one: dict(others) for one, others in found.items()}


Keys = Callable[[Named], Iterable[tuple[str, ...]]]
Agree = Callable[[Named, Named], bool]


def _pairs(people: Mapping[int, Named], keys: Keys, agree: Agree) -> Iterator[tuple[int, int]]:
    """Pairs that share a key and agree."""
    shared: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for pk, one in people.items():
        for key in set(keys(one)):
            shared[key].append(pk)
    for pks in shared.values():
        yield from ((one, other) for one, other in combinations(pks, 2) if agree(people[one], people[other]))


def _surnames(one: Named) -> tuple[str, ...]:
    return (one.birth_name, one.used_name) if one.used_name else (one.birth_name,)


def _first_names(one: Named) -> set[str]:
    """The first of the first names, and the one used: « Jean » of « Jean-Pierre »."""
    given = (one.first_names, one.used_first_name)
    return {re.split(r"[ ,-]", name.strip(), maxsplit=1)[0] for name in given if name.strip()}


def _birth_names(one: Named) -> Iterator[tuple[str, ...]]:
    yield from ((name,) for name in [bare(one.birth_name)] if name)


def _names_in_use(one: Named) -> Iterator[tuple[str, ...]]:
    yield from ((name,) for name in [bare(one.used_name or one.birth_name)] if name)


def _sounds(one: Named) -> Iterator[tuple[str, ...]]:
    firsts = [sound(first) for first in _first_names(one)]
    yield from ((sound(name), first) for name in _surnames(one) for first in firsts if sound(name))


def _birth_dates(one: Named) -> Iterator[tuple[str, ...]]:
    """Only a whole date tells something: many people are born in 1958."""
    yield from ((one.birth_date, one.sex) for _ in [one] if len(one.birth_date) == len("1958-03-12"))


def _at_once(one: Named, other: Named) -> bool:
    return True


def _one_has_another_name(one: Named, other: Named) -> bool:
    """Two people who use their birth names are told apart by those already."""
    return bool(one.used_name or other.used_name)


def _sound_alike(one: Named, other: Named) -> bool:
    return _any(_heard, _surnames(one), _surnames(other)) and _any(_heard, _first_names(one), _first_names(other))


def _close(one: Named, other: Named) -> bool:
    return _any(close, _surnames(one), _surnames(other))


def _any(like: Callable[[str, str], bool], ones: Collection[str], others: Collection[str]) -> bool:
    return any(like(one, other) for one in ones for other in others)


_COMPARISONS: tuple[tuple[Reason, Keys, Agree], ...] = (
    (Reason.BIRTH_NAME, _birth_names, _at_once),
    (Reason.USED_NAME, _names_in_use, _one_has_another_name),
    (Reason.SOUND, _sounds, _sound_alike),
    (Reason.BIRTH_DATE, _birth_dates, _close),
)


class Namesake(NamedTuple):
    """Somebody close by with whom a patient may be confused: where they are, and why."""

    person: homonyms.Neighbour
    reasons: tuple[Reason, ...]


def of(patient: Patient, *, at: datetime) -> list[Namesake]:
    """The homonyms of a patient among those who are, at ``at``, in a unit where the patient is too. Two queries."""
    unit_ids = homonyms.units(patient, at=at)
    return near(patient, unit_ids=unit_ids, at=at) if unit_ids else []


def near(patient: Patient, *, unit_ids: Iterable[int | None], at: datetime) -> list[Namesake]:
    """The homonyms of a patient among those who are in these units at ``at``, in the order of the places."""
    return _alike(patient, homonyms.people(unit_ids=unit_ids, at=at))


def _alike(patient: Patient, people: Iterable[homonyms.Neighbour]) -> list[Namesake]:
    me = homonyms.neighbour(patient)
    mine = [(reason, set(keys(me)), keys, agree) for reason, keys, agree in _COMPARISONS]
    found = []
    for one in people:
        reasons = {reason for reason, own, keys, agree in mine if not own.isdisjoint(keys(one)) and agree(me, one)}
        if reasons and one.patient_id != patient.pk:
            found.append(Namesake(one, tuple(sorted(reasons))))
    return found


def beds_of(patient: Patient, *, unit_ids: Iterable[int | None], at: datetime) -> set[int | None]:
    """Beds of these units whose homonym alert changes when this patient comes, goes or is called otherwise.

    The card of a bed that is kept for somebody warns too.
    """
    people = [*homonyms.people(unit_ids=unit_ids, at=at), *homonyms.awaited(unit_ids=unit_ids, at=at)]
    return {one.person.bed_id for one in _alike(patient, people)}
