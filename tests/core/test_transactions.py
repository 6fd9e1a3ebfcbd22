"""An action is done whole or not at all; one within another is part of it."""

import pytest

from amh.core.errors import Conflict
from amh.core.models import Heartbeat
from amh.core.transactions import act, apart
from tests.factories.clocks import NOW

pytestmark = pytest.mark.django_db


@act
def show(name, *, then=None):
    Heartbeat.objects.create(name=name, at=NOW)
    if then:
        then()


def refuse():
    raise Conflict("no", code="no")


def shown():
    return set(Heartbeat.objects.filter(name__startswith="test ").values_list("name", flat=True))


def test_a_refused_action_leaves_nothing():
    with pytest.raises(Conflict):
        show("test outer", then=refuse)
    assert shown() == set()


def test_an_action_within_another_asks_the_database_for_no_transaction_of_its_own(django_assert_num_queries):
    with django_assert_num_queries(4):
        show("test outer", then=lambda: show("test inner"))
    assert shown() == {"test outer", "test inner"}


def test_what_is_refused_within_another_undoes_both():
    with pytest.raises(Conflict):
        show("test outer", then=lambda: show("test inner", then=refuse))
    assert shown() == set()


def test_what_is_refused_apart_undoes_itself_alone():
    def within():
        with pytest.raises(Conflict), apart():
            show("test inner", then=refuse)

    show("test outer", then=within)
    assert shown() == {"test outer"}


def test_a_constraint_that_refuses_apart_says_so_and_the_other_goes_on():
    def within():
        with pytest.raises(Conflict), apart():
            show("test outer")
        show("test later")

    show("test outer", then=within)
    assert shown() == {"test outer", "test later"}


def test_after_a_refusal_the_next_action_is_whole_again():
    for _ in range(2):
        with pytest.raises(Conflict):
            show("test outer", then=refuse)
    show("test next")
    assert shown() == {"test next"}
