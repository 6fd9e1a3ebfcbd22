import pytest
from django.test import RequestFactory

from amh.core.requests import words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  Le Goff\u202f", "Le Goff"),
        ("a\x00b\u200bc\ud800", "abc"),
        ("une\nligne\tou deux", "une ligne ou deux"),
        ("d’Œuvre 12/03/1958", "d’Œuvre 12/03/1958"),
        ("x" * 100, "x" * 80),
        ("", ""),
    ],
)
def test_the_words_of_an_address_are_signs_that_people_type(typed, read):
    request = RequestFactory().get("/")
    request.GET = {"q": typed}
    assert words(request, "q") == read
    assert words(request, "other") == ""
