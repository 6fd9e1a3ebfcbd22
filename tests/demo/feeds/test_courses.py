"""What is told is drawn from the seed, keeps each patient's order, and holds everything that a feed may say."""

from random import Random

from amh.demo.soak.feeds import courses
from amh.interop.hl7 import table
from amh.interop.hl7.messages import parse
from tests.factories.clocks import NOW

MANY = 1_500


def drawn(seed=1, many=MANY):
    return courses.courses(many, at=NOW, chance=Random(seed))


def every(seed=1):
    return [one for course in drawn(seed) for one in course]


def test_the_same_seed_tells_the_same_and_as_much_as_was_asked_for():
    assert every(1) == every(1) != every(2)
    assert len(every(1)) == len(every(2)) == MANY


def test_everything_that_a_feed_may_say_is_told():
    told = every()
    cancels = set(courses.CANCELS) | set(courses.CANCELS.values())
    assert {one.trigger for one in told} == cancels | {"A31", "A40", "A60", "Z99"}
    assert "A60" not in table.EVENTS
    assert len({one.key for one in told}) < len(told)


def test_each_message_can_be_read_and_names_its_patient():
    for one in every():
        message = parse(one.raw, received_at=NOW)
        assert (message.sender.application, message.control_id, message.trigger) == (*one.key, one.trigger)
        assert message.segment("PID").value(3) == one.lanes[0][1]
        assert message.segment("PID").value(5, 2).startswith("Zoé")


def test_one_connection_tells_all_of_a_patient_in_order():
    courses_drawn = drawn()
    shares = courses.shared(courses_drawn, connections=4, chance=Random(1))
    assert sorted(one.key for share in shares for one in share) == sorted(one.key for one in every())
    for number, course in enumerate(courses_drawn):
        lanes = {lane for one in course for lane in one.lanes}
        assert [one for one in shares[number % 4] if lanes & set(one.lanes)] == course


def test_each_patient_has_beds_of_their_own():
    beds = courses.beds(drawn())
    assert len(set(beds)) == len(beds)
    assert {lane[1] for one in every() for lane in one.lanes if lane[0] == "GAM"} & {
        lane[1] for one in every() for lane in one.lanes if lane[0] == "SIH"
    }
