"""What a mutation does to a message: something, the same for a seed, and what keeps the meaning is read alike."""

import dataclasses
from random import Random

import pytest

from amh.demo.soak.mutations.kinds import DAMAGING, KEEPING
from amh.demo.soak.mutations.originals import Original
from amh.interop.hl7 import frames, messages, pam
from tests.factories.clocks import NOW
from tests.factories.messages import adt
from tests.interop.hl7 import samples

ADMISSION = adt("A01", name="LEFÈVRE^Zoé", control_id="77", movement="M7")


def mutant(kind, *, seed=1, raw=ADMISSION):
    return (DAMAGING | KEEPING)[kind](Original.read(raw), Random(seed))


def reading(raw):
    """What it says, but for the oddities by which it says it."""
    (piece,) = frames.split(raw)
    return dataclasses.replace(pam.read(messages.parse(piece, received_at=NOW)), deviations=())


@pytest.mark.parametrize("kind", [*DAMAGING, *KEEPING])
def test_a_seed_always_gives_the_same_mutant_which_differs_from_the_original(kind):
    assert mutant(kind) == mutant(kind)
    if kind != "UTF-8, announced":
        assert mutant(kind) != ADMISSION + b"\r"


@pytest.mark.parametrize("kind", KEEPING)
@pytest.mark.parametrize("seed", range(5))
def test_what_keeps_the_meaning_is_read_alike(kind, seed):
    assert reading(mutant(kind, seed=seed)) == reading(ADMISSION)


@pytest.mark.parametrize("kind", DAMAGING)
def test_what_damages_says_another_thing_one_day(kind):
    assert any(mutant(kind, seed=seed) != mutant(kind, seed=seed + 1) for seed in range(5)) or kind in (
        "in capitals",
        "sender unnamed",
    )


def test_what_has_no_header_is_left_alone():
    assert Original.read(samples.raw("headless")) is None
    assert Original.read(b"") is None


def test_a_character_that_a_set_has_not_is_not_written_in_it():
    assert mutant("Latin-1, announced", raw=adt("A01", name="ŒUVRARD")) is None
    assert mutant("Latin-9, announced", raw=adt("A01", name="ŒUVRARD")) is not None
    assert mutant("Latin-9, announced", raw=adt("A01", name="木村")) is None


def test_an_escape_would_mean_another_separator():
    assert mutant("other separators", raw=adt("A01", name=r"A\F\B")) is None
    assert b"|" not in mutant("other separators")
