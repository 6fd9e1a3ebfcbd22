"""Views of the board that people keep: what of the address stays, what is refused, which opens first, whose it is."""

import pytest
from django.urls import reverse

from amh.core.actions import saved_views as actions
from amh.core.models import AuditEntry, SavedView
from amh.core.roles import Role
from tests.board.browsing import HTMX, board, browse, text
from tests.expectations import counted
from tests.factories.clocks import NOW
from tests.factories.people import a_user
from tests.factories.places import a_unit
from wards.models import Unit

pytestmark = pytest.mark.django_db

SAVE = "/lits/vues/enregistrer/"
HOME = "/lits/ma-vue/"


@pytest.fixture
def manager():
    a_unit("MED", name="Médecine")
    return a_user(Role.BED_MANAGER)


def keep(user, name="Médecine, sortants", query="unite=MED&etat=sortant", **said):
    return actions.save(page="board:list", name=name, query=query, by=user, at=NOW, **said)


def saved(user):
    return [(view.name, view.query, view.is_first) for view in SavedView.objects.filter(user=user)]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("unite=MED&etat=sortant", "unite=MED&etat=sortant"),
        ("etat=leaving", "etat=sortant"),
        ("vue=liste&densite=compacte&marque=isolement", "marque=isolement&vue=liste&densite=compacte"),
        ("q=DURAND&unite=MED&a=2026-11-22T14:00", "unite=MED"),
        ("depuis=2026-11-21T08:00&seulement=changes&mode=mural&inconnu=1&vue=unites", ""),
    ],
)
def test_a_view_keeps_what_shows_beds_never_a_search_nor_a_moment(manager, asked, kept):
    response = browse(manager).post(f"{SAVE}?{asked}", {"name": "La mienne"})
    assert (response.status_code, response.url) == (302, "/lits/")
    assert saved(manager) == [("La mienne", kept, False)]
    assert "DURAND" not in str(AuditEntry.objects.get(action="saved_view.create").params)


def test_the_toolbar_lists_the_views_of_the_person_and_marks_the_one_that_is_shown(manager):
    keep(manager, is_first=True)
    keep(a_user(Role.BED_MANAGER), name="D’une autre")
    page = board(manager, unite="MED", etat="sortant", q="dur")
    assert '<a href="/lits/?unite=MED&amp;etat=sortant" aria-current="true">Médecine, sortants' in page
    assert "s’ouvre en premier" in page
    assert "D’une autre" not in page
    assert f'href="{SAVE}?unite=MED&amp;etat=sortant"' in page
    assert "aria-current" not in board(manager, unite="MED").split('id="vues"')[1].split("</details>")[0]


def test_the_board_costs_the_same_with_one_view_or_twenty(manager):
    queries = []
    keep(manager)
    board(manager)
    for number in range(19):
        with counted(queries) if number in (0, 18) else counted([]):
            board(manager)
        keep(manager, name=f"Vue {number}")
    assert queries[0] == queries[1]


def test_a_name_already_taken_is_said_beside_the_field_and_kept(manager):
    keep(manager)
    response = browse(manager).post(f"{SAVE}?unite=MED", {"name": " médecine,  SORTANTS ", "is_first": "on"})
    assert response.status_code == 409
    assert "Une de vos vues porte déjà ce nom." in text(response)
    assert 'value=" médecine,  SORTANTS "' in text(response)
    assert "checked" in text(response)
    assert len(saved(manager)) == 1


@pytest.mark.parametrize(
    ("name", "says"), [("", "Ce champ est obligatoire."), ("x" * 61, "au plus 60"), ("a\x00b", "caractère")]
)
def test_a_name_that_cannot_be_is_said_beside_the_field(manager, name, says):
    response = browse(manager).post(SAVE, {"name": name})
    assert response.status_code == 422
    assert says in text(response)


@pytest.mark.parametrize("query", ["etat=dormant", "unite=RIEN", "vue=ronde", "marque=rouge", "unite=" + "x" * 400])
def test_an_address_that_is_none_is_not_kept(manager, query):
    response = browse(manager).get(f"{SAVE}?{query}")
    assert response.status_code == 422
    assert "Il n’y a pas" in text(response)


def test_the_twenty_first_is_refused_and_what_was_typed_stays(manager):
    for number in range(20):
        keep(manager, name=f"Vue {number}")
    response = browse(manager).post(SAVE, {"name": "De trop"})
    assert response.status_code == 409
    assert "Vous avez déjà 20 vues de cette page : en retirer une d’abord." in text(response)
    assert 'value="De trop"' in text(response)


def test_inside_the_page_the_answer_says_it_and_lists_the_views_anew(manager):
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/lits/?unite=MED&q=dur"}
    response = browse(manager).post(f"{SAVE}?unite=MED", {"name": "Médecine"}, headers=here)
    assert "Vue « Médecine » enregistrée." in text(response)
    assert '<div id="vues" hx-swap-oob="true">' in text(response)
    assert '<a href="/lits/?unite=MED" aria-current="true">Médecine</a>' in text(response)
    assert "<html" not in text(response)


@pytest.mark.parametrize("where", ["http://testserver/equipe/", "http://testserver/lits/?etat=rien", "n’importe quoi"])
def test_a_list_drawn_elsewhere_marks_nothing(manager, where):
    keep(manager)
    view = SavedView.objects.get()
    headers = HTMX | {"HX-Current-URL": where.encode().decode("latin-1")}
    response = browse(manager).post(f"/lits/vues/{view.pk}/", {"name": "Autre"}, headers=headers)
    assert response.status_code == 200
    assert "aria-current" not in text(response)


def test_a_view_is_renamed_and_put_first_instead_of_another(manager):
    other, view = keep(manager, name="Avant", is_first=True), keep(manager)
    client = browse(manager)
    assert 'value="Médecine, sortants"' in text(client.get(f"/lits/vues/{view.pk}/"))
    said = {"name": "Sortants", "is_first": "on"}
    response = client.post(f"/lits/vues/{view.pk}/", said, headers=HTMX)
    assert "Vue « Sortants » modifiée." in text(response)
    assert '<input type="hidden" name="name" value="Médecine, sortants">' in text(response)
    assert saved(manager) == [("Avant", "unite=MED&etat=sortant", False), ("Sortants", view.query, True)]
    assert client.post(f"/lits/vues/{other.pk}/", {"name": "sortants"}).status_code == 409
    assert client.post(f"/lits/vues/{view.pk}/", {"name": "SORTANTS"}).status_code == 302


def test_a_view_is_removed_and_comes_back_by_the_undo(manager):
    view = keep(manager, is_first=True)
    client = browse(manager)
    response = client.post(f"/lits/vues/{view.pk}/retirer/", headers=HTMX)
    assert "Vue « Médecine, sortants » retirée." in text(response)
    assert saved(manager) == []
    undo = f"{SAVE}?unite=MED&etat=sortant"
    assert f'hx-post="{undo.replace("&", "&amp;")}"' in text(response)
    assert client.post(undo, {"name": view.name, "is_first": "on"}, headers=HTMX).status_code == 200
    assert saved(manager) == [(view.name, view.query, True)]
    assert client.post(f"/lits/vues/{view.pk}/retirer/").status_code == 404


def test_the_view_of_somebody_else_is_not_found(manager):
    view = keep(manager)
    other = browse(a_user(Role.BED_MANAGER))
    for method, path in (("get", ""), ("post", ""), ("post", "retirer/")):
        assert getattr(other, method)(f"/lits/vues/{view.pk}/{path}", {"name": "À moi"}).status_code == 404
    assert saved(manager) == [(view.name, view.query, False)]


def test_the_menu_leads_to_the_first_view_and_the_whole_hospital_stays_within_reach(manager):
    client = browse(manager)
    assert f'href="{HOME}" data-go="l"' in board(manager)
    assert client.get("/").url == HOME
    assert client.get(HOME).url == "/lits/"
    keep(manager, is_first=True)
    assert client.get(HOME).url == "/lits/?unite=MED&etat=sortant"
    assert client.get("/lits/").status_code == 200
    assert 'aria-current="true"' in board(manager).split("Tout l’hôpital")[0].rsplit("<a ", 1)[1]


def test_a_first_view_of_the_whole_hospital_opens_it(manager):
    keep(manager, query="", is_first=True)
    assert browse(manager).get(HOME).url == "/lits/"


def test_a_first_view_whose_unit_is_no_more_opens_the_whole_hospital_and_says_why(manager):
    keep(manager, is_first=True)
    Unit.objects.filter(code="MED").update(valid_until=NOW)
    client = browse(manager)
    assert client.get(HOME).url == "/lits/"
    page = text(client.get("/lits/"))
    assert "La vue « Médecine, sortants » ne s’ouvre plus : Il n’y a pas d’unité « MED »." in page


def test_a_name_that_means_harm_stays_a_name(manager):
    keep(manager, name="<script>alert(1)</script>")
    page = board(manager)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_wall_keeps_no_view(manager):
    wall = browse(a_user(Role.WALL))
    assert wall.get(HOME).url == "/lits/"
    assert wall.get(SAVE).status_code == 403
    assert reverse("board:home") == HOME
