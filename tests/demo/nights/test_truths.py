"""What screens show is held against what was, with the age that they own up to."""

from datetime import timedelta

from amh.demo.soak.nights.screens import Sample
from amh.demo.soak.nights.truths import OLDEST, Truth, said
from tests.factories.clocks import NOW

SECOND = timedelta(seconds=1)


def a_night(*states):
    """The state of bed 7, a second apart, each page asked for and told within a tenth of a second."""
    truth = Truth()
    for number, state in enumerate(states):
        at = NOW + number * SECOND
        truth.note({7: state}, asked_at=at, told_at=at + SECOND / 10)
    return truth


def lies(truth, state, *, since, at, live=False):
    """What is said of a screen that shows bed 7 like this, with data and at a moment in seconds of the night."""
    truth.compare("screen", Sample({7: state}, NOW + since * SECOND, live), at=NOW + at * SECOND)
    return list(truth.lies())


def test_what_is_so_is_no_lie():
    assert lies(a_night("free", "occupied"), "occupied", since=1, at=1) == []


def test_what_was_so_at_the_moment_that_the_screen_tells_is_no_lie():
    truth = a_night("free", *["occupied"] * 60)
    assert lies(truth, "free", since=0, at=60) == []


def test_what_had_ended_by_then_is_one():
    truth = a_night("free", *["occupied"] * 60)
    (lie,) = lies(truth, "free", since=10, at=60)
    assert lie.startswith("screen: bed 7 was shown free at ")
    assert "occupied" in lie


def test_a_screen_may_know_before_the_next_page_does():
    truth = a_night("free")
    truth.compare("screen", Sample({7: "occupied"}, NOW, live=True), at=NOW + SECOND / 2)
    assert len(list(truth.lies())) == 1
    truth.note({7: "occupied"}, asked_at=NOW + SECOND, told_at=NOW + SECOND)
    assert list(truth.lies()) == []


def test_a_state_that_never_was_is_a_lie_and_an_unknown_bed_is_not():
    truth = a_night("free", "occupied")
    assert len(lies(truth, "closed", since=0, at=1)) == 1
    truth.compare("screen", Sample({8: "closed"}, NOW, live=True), at=NOW)
    assert len(list(truth.lies())) == 1


def test_who_says_live_has_fresh_data():
    truth = a_night(*["free"] * 40)
    age = OLDEST.total_seconds()
    assert lies(truth, "free", since=0, at=age, live=True) == []
    assert lies(truth, "free", since=0, at=age + 5, live=False) == []
    (lie,) = lies(truth, "free", since=0, at=age + 1, live=True)
    assert "said that it was live" in lie
    assert truth.oldest == OLDEST + SECOND


def test_many_lies_are_counted_beyond_the_first():
    assert said(["a", "b"], most=2) == ["a", "b"]
    assert said(["a", "b", "c", "d"], most=2) == ["a", "b", "… and 2 more"]
