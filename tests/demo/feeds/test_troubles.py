"""What falls is drawn from the seed, each kind as often as the others, while messages still come."""

import threading

from amh.demo.soak.feeds import troubles
from amh.demo.soak.feeds.campaigns import Plan
from amh.demo.soak.feeds.senders import Progress


def test_each_run_of_a_seed_is_troubled_in_its_own_way_and_always_in_the_same():
    plan = Plan(messages=1_000)
    assert plan.falls(1) == plan.falls(1) != plan.falls(2)
    assert plan.falls(1) != Plan(messages=1_000, seed=2).falls(1)


def test_every_kind_falls_equally_often_in_order_of_the_feed():
    falls = Plan(messages=1_000).falls(1)
    assert sorted(fall.kind for fall in falls) == sorted([*troubles.KINDS] * 2)
    assert [fall.after for fall in falls] == sorted(fall.after for fall in falls)
    assert max(fall.after for fall in falls) < 1_000
    assert len(Plan(messages=10).falls(1)) == len(troubles.KINDS)


def test_nothing_falls_once_it_is_over():
    over = threading.Event()
    over.set()
    assert troubles.trouble(Plan(messages=10**9).falls(1), None, Progress(), over=over) == {}
