from datetime import datetime

import pytest
from django.utils import translation

from amh.core import dates
from tests.factories.clocks import NOW, paris


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (paris("14:32"), "14:32"),
        (datetime(2026, 11, 20, 9, 5, tzinfo=NOW.tzinfo), "20 nov. "),
        (datetime(2031, 5, 5, 10, 0, tzinfo=NOW.tzinfo), "5 mai 2031 "),
    ],
)
def test_a_moment_says_its_day_unless_it_is_today_and_its_year_unless_it_is_this_one(at, words):
    assert words in dates.moment(at, now=NOW)


def test_a_moment_stands_in_a_sentence():
    today, another = paris("14:32"), datetime(2026, 11, 20, 9, 5, tzinfo=NOW.tzinfo)
    assert (dates.when(today, now=NOW), dates.until(today, now=NOW)) == ("à 14:32", "jusqu’à 14:32")
    assert dates.when(another, now=NOW).startswith("le ven. 20 nov. à ")
    assert dates.until(another, now=NOW).startswith("jusqu’au ven. 20 nov. à ")


def test_in_english_too():
    with translation.override("en"):
        assert "5 May 2031" in dates.moment(datetime(2031, 5, 5, 10, 0, tzinfo=NOW.tzinfo), now=NOW)
