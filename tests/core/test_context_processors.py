import pytest
from django.test import RequestFactory

from amh.core.context_processors import way_back


@pytest.mark.parametrize(
    ("referer", "shown"),
    [
        ("http://testserver/equipe/?jour=2026-11-22", True),
        ("http://testserver/equipe/relais/", False),
        ("http://elsewhere.example/equipe/", False),
        ("https://testserver.example/", False),
        ("javascript://testserver/%0aalert(1)", False),
        ("", False),
    ],
)
def test_a_page_open_by_itself_leads_back_to_the_page_of_this_site_from_which_one_came(referer, shown):
    request = RequestFactory().get("/equipe/relais/", headers={"Referer": referer})

    assert str(way_back(request)["came_from"]) == (referer if shown else "")
