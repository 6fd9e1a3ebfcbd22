"""What goes wrong is drawn from the seed, comes to every kind, and ends."""

import threading
from collections import Counter
from random import Random

from amh.demo.soak.nights import troubles
from amh.demo.soak.nights.plans import Plan
from amh.demo.soak.nights.troubles import KINDS, WIRES, Trouble
from tests.demo.nights.conftest import call, is_carried, is_over


def test_the_same_seed_is_the_same_night():
    def drawn(seed):
        chance = Plan(seed=seed).chance("troubles")
        return troubles.on_wires(60, wires=5, many=30, chance=chance) + troubles.of_all(60, many=20, chance=chance)

    assert drawn(1) == drawn(1) != drawn(2)


def test_every_kind_comes_before_any_comes_again_in_order_of_time():
    plan = troubles.of_all(360, many=len(KINDS) + 2, chance=Random(1))
    assert {trouble.kind for trouble in plan[: len(KINDS)]} == set(KINDS)
    assert [trouble.second for trouble in plan] == sorted(trouble.second for trouble in plan)
    wires = troubles.on_wires(360, wires=4, many=60, chance=Random(1))
    assert {trouble.kind for trouble in wires} == set(WIRES)
    assert {trouble.wire for trouble in wires} == set(range(4))
    assert all(1 <= trouble.lasting <= troubles.LONGEST for trouble in wires)


def test_a_night_has_as_much_of_everything_as_its_hours():
    assert [Plan(hours=hours).many(20) for hours in (12, 0.5, 0.01)] == [240, 10, 1]
    assert Plan(minutes=0.5).seconds == 30


def test_each_trouble_of_a_wire_comes_and_ends(wire):
    plan = [Trouble(0, "cut", 0.1, 0), Trouble(0.2, "frozen", 0.1, 0), Trouble(0.4, "slow", 0.1, 0)]
    counts = Counter()
    with call(wire) as link:
        assert is_carried(link)
        troubles.trouble_wires(plan, [wire], counts, over=threading.Event())
        assert is_over(link)
    with call(wire) as link:
        assert is_carried(link)
    assert counts == {"cut": 1, "frozen": 1, "slow": 1}


def test_nothing_goes_wrong_once_the_night_is_over():
    over, counts = threading.Event(), Counter()
    over.set()
    troubles.trouble_wires([Trouble(60, "cut", 1, 0)], [], counts, over=over)
    assert counts == Counter()
