"""Views that people keep: one name once, one that comes first, twenty of a page, and nobody else's."""

import pytest

from amh.core.actions import saved_views
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry, SavedView
from amh.core.roles import Role
from amh.core.saved_views import MOST
from amh.core.transactions import VIOLATIONS
from tests.expectations import nothing_written, refused
from tests.factories.clocks import NOW
from tests.factories.people import a_user

pytestmark = pytest.mark.django_db

PAGE = "board:list"


@pytest.fixture
def user():
    return a_user(Role.BED_MANAGER)


def save(user, name="Sortants", query="etat=sortant", **said):
    return saved_views.save(**{"page": PAGE, "name": name, "query": query, "by": user, "at": NOW} | said)


def test_a_view_is_kept_with_what_its_page_knows_of_the_address(user):
    view = save(user, "  Mes   sortants ", "q=DURAND&etat=leaving&inconnu=1")
    assert (view.user, view.name, view.query, view.is_first, view.saved_at) == (
        user, "Mes sortants", "etat=sortant", False, NOW,
    )  # fmt: skip
    entry = AuditEntry.objects.get(subject_id=view.pk, subject_type="core.savedview")
    assert (entry.action, entry.by, entry.params) == ("saved_view.create", user, {"page": PAGE})


def test_one_view_comes_first(user):
    save(user, "Avant", is_first=True)
    other = save(a_user(Role.NURSE), "Ailleurs", is_first=True)
    second = save(user, "Après", is_first=True)
    assert list(SavedView.objects.filter(is_first=True).order_by("pk")) == [other, second]
    third = save(user, "Troisième")
    saved_views.change(view=third, name="Troisième", is_first=True, by=user, at=NOW)
    assert list(SavedView.objects.filter(is_first=True).order_by("pk")) == [other, third]
    saved_views.change(view=third, name="Troisième", is_first=False, by=user, at=NOW)
    assert list(SavedView.objects.filter(is_first=True)) == [other]


def test_a_name_is_given_once_whatever_its_capitals(user):
    view = save(user)
    save(a_user(Role.BED_MANAGER))
    with nothing_written(), refused(Conflict, "name_taken", field="name", saying="porte déjà ce nom"):
        save(user, "SORTANTS ")
    other = save(user, "Autre")
    with nothing_written(), refused(Conflict, "name_taken", field="name"):
        saved_views.change(view=other, name=view.name, is_first=False, by=user, at=NOW)
    saved_views.change(view=view, name="sortants", is_first=False, by=user, at=NOW)
    assert SavedView.objects.get(pk=view.pk).name == "sortants"


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"name": "   "}, "required", "name"),
        ({"page": "desk:team"}, "unknown_page", "page"),
        ({"query": "etat=dormant"}, "unknown_state", "etat"),
        ({"query": "unite=RIEN"}, "unknown_unit", "unite"),
    ],
)
def test_what_cannot_be_is_refused(user, said, code, field):
    with nothing_written(), refused(Invalid, code, field=field):
        save(user, **said)
    assert not SavedView.objects.exists()


def test_twenty_views_of_a_page_are_enough(user):
    for number in range(MOST):
        save(user, f"Vue {number}")
    with nothing_written(), refused(Conflict, "too_many", saying="20 vues"):
        save(user, "De trop")
    saved_views.remove(view=SavedView.objects.earliest("pk"), by=user, at=NOW)
    assert save(user, "De trop").pk


def test_a_view_is_removed_once(user):
    view = save(user)
    saved_views.remove(view=view, by=user, at=NOW)
    assert not SavedView.objects.exists()
    assert AuditEntry.objects.latest("pk").action == "saved_view.remove"
    view.pk = AuditEntry.objects.latest("pk").subject_id
    with nothing_written(), refused(Conflict, "no_view", saying="déjà retirée"):
        saved_views.remove(view=view, by=user, at=NOW)


def test_nobody_touches_the_view_of_somebody_else(user):
    view, other = save(user), a_user(Role.BED_MANAGER)
    with nothing_written(), refused(Denied, "denied"):
        saved_views.change(view=view, name="À moi", is_first=True, by=other, at=NOW)
    with nothing_written(), refused(Denied, "denied"):
        saved_views.remove(view=view, by=other, at=NOW)


def test_what_the_database_refuses_has_its_sentence():
    assert "nom" in str(VIOLATIONS["saved_view_name_once"])
    assert "en premier" in str(VIOLATIONS["saved_view_one_first"])
