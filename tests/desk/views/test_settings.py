import pytest

from amh.core.roles import Role
from tests.board.browsing import browse, text
from tests.factories.people import a_user

pytestmark = pytest.mark.django_db

LINES = {
    "/admin/unites/": {Role.ADMINISTRATOR},
    "/interop/structure/": {Role.ADMINISTRATOR},
    "/admin/calendriers/": {Role.ADMINISTRATOR},
    "/admin/comptes/": {Role.ADMINISTRATOR},
    "/admin/parametres/": {Role.ADMINISTRATOR},
    "/admin/modeles/": {Role.ADMINISTRATOR},
    "/journal/": {Role.DPO},
}


@pytest.mark.parametrize("role", set(Role) - {Role.WALL, Role.INTERFACE})
def test_everyone_finds_the_settings_that_open_to_them(role):
    client = browse(a_user(role))
    page = text(client.get("/admin/"))
    for address, roles in LINES.items():
        assert (f'href="{address}"' in page.partition("<main")[2]) == (role in roles), address
        assert (client.get(address).status_code == 200) == (role in roles), address
    assert 'href="/equipe/"' in page


def test_every_line_opens():
    client = browse(a_user(Role.ADMINISTRATOR))
    page = text(client.get("/admin/")).partition("<main")[2].partition("</main")[0]
    addresses = [part.partition('"')[0] for part in page.split('href="')[1:]]
    assert len(addresses) >= 10
    assert [client.get(address).status_code for address in addresses] == [200] * len(addresses)
