"""Redis, the database and the network come and go: every act succeeds or says so, every board tells the truth."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import redis
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from amh.core.live import bell
from amh.core.roles import Role
from patients.models import Placement
from tests.conftest import database_url, serving
from tests.factories.people import a_patient, a_user
from tests.factories.presences import present
from tests.journeys.conftest import card, then_card_says, then_is_live
from tests.journeys.wires import wire
from tests.redis_servers import Server
from wards.actions import beds
from wards.models import BedKind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)
RETRY_MS, LESS_THAN_SILENCE_MS = 5_000, 6_000
SILENCE_MS = 12_000
SHORTEN = "const after = setTimeout; window.setTimeout = (act, ms) => after(act, ms < 20_000 ? ms : ms / 8);"
SETTLED_MS, HEARD_MS = 2_500, 400
"""After the first of them a page may load again; an order to do so has come after the second, and is obeyed later."""


@pytest.fixture
def bell_server(tmp_path):
    """A Redis that this test may stop, start and wipe."""
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()
    server.place.wipe()


def test_redis_stopped_changed_under_started_and_wiped(ward, open_page, bell_server, now) -> None:
    for bed in ward.beds:
        present(bed, at=now - HOUR)
    with serving(DATABASE_URL=database_url(), REDIS_URL=bell_server.url) as address:
        pages = [open_page(a_user(Role.BED_MANAGER), base_url=address) for _ in range(2)]
        for page in pages:
            then_is_live(page)

        def leave(bed) -> None:
            card(pages[0], bed).locator(".card-open").click()
            pages[0].locator("#dialogue [data-act=discharge]").click()
            pages[0].get_by_role("button", name="Enregistrer la sortie").click()
            for page in pages:
                then_card_says(page, bed, "cleaning")

        bell_server.stop()
        leave(ward.beds[0])
        bell_server.start()
        leave(ward.beds[1])
        with redis.Redis.from_url(bell_server.url) as client:
            client.flushall()
        leave(ward.beds[2])
        for page in pages:
            then_is_live(page)


def test_the_database_away_loses_nothing_and_needs_no_restart(ward, open_page, now) -> None:
    bed = ward.beds[0]
    present(bed, patient=a_patient("DURAND"), at=now - HOUR)
    with wire(socket_of_the_database()) as cable, serving(DATABASE_URL=through(cable.port)) as address:
        page = open_page(a_user(Role.BED_MANAGER), "about:blank", base_url=address)
        page.context.clock.install()
        page.goto("/lits/")
        then_is_live(page)
        card(page, bed).locator(".card-open").click()
        page.locator("#dialogue [data-act=discharge]").click()
        expect(page.get_by_label("Heure effective du départ")).to_be_visible()

        cable.cut()
        bell.ring()
        page.get_by_role("button", name="Enregistrer la sortie").click()
        expect(page.locator("#dialogue")).to_contain_text("La saisie est gardée ici")
        expect(page.get_by_label("Heure effective du départ")).to_be_visible()
        other = page.context.new_page()
        answer = other.goto("/lits/")
        assert answer.status == 503
        expect(other.get_by_role("heading", level=1)).to_have_text("La base de données ne répond pas")
        page.clock.fast_forward(LESS_THAN_SILENCE_MS)
        expect(page.locator("#connexion")).to_contain_text("onnées de", timeout=20_000)

        cable.mend()
        page.get_by_role("button", name="Réessayer").click()
        then_card_says(page, bed, "cleaning")
        other.clock.fast_forward(RETRY_MS)
        expect(other.locator("#plan")).to_be_visible(timeout=20_000)
    assert Placement.objects.get().ends_at is not None


def test_a_page_that_must_load_again_while_the_line_is_cut_waits_with_what_it_shows(
    ward, open_page, served, now
) -> None:
    with wire(served) as cable:
        page = open_page(a_user(Role.BED_MANAGER), "about:blank", base_url=cable.url)
        page.add_init_script("Math.random = () => 0.99")
        page.goto("/lits/")
        then_is_live(page)
        page.wait_for_timeout(SETTLED_MS)
        bed = beds.create(room=ward.beds[0].room, label="N", kind=BedKind.BED, by=None, at=timezone.now())
        page.wait_for_timeout(HEARD_MS)
        cable.cut()
        page.wait_for_timeout(SETTLED_MS)
        expect(card(page, ward.beds[0])).to_be_visible()
        expect(card(page, bed)).to_have_count(0)

        cable.mend()
        then_card_says(page, bed, "free")
        then_is_live(page)


def test_a_line_that_hangs_while_a_refusal_is_looked_into_is_given_up(ward, open_page, served) -> None:
    page = open_page(a_user(Role.BED_MANAGER), "about:blank", base_url=served)
    page.context.clock.install()
    hanging = []

    def serve(route) -> None:
        if route.request.resource_type == "fetch":
            hanging.append(route)
        elif hanging:
            route.continue_()
        else:
            route.fulfill(status=503)

    page.route("**/live/**", serve)
    with page.expect_request(lambda asked: asked.resource_type == "fetch" and "/live/" in asked.url):
        page.goto("/lits/")
    page.clock.fast_forward(SILENCE_MS)
    page.clock.fast_forward(RETRY_MS)
    then_is_live(page)
    assert len(hanging) == 1


def test_a_line_that_hangs_while_a_page_loads_again_is_given_up(ward, open_page, served, now) -> None:
    page = open_page(a_user(Role.BED_MANAGER), "about:blank", base_url=served)
    page.add_init_script(SHORTEN)
    page.goto("/lits/")
    then_is_live(page)
    hanging = []

    def serve(route) -> None:
        if hanging or route.request.resource_type != "document":
            route.continue_()
        else:
            hanging.append(route)

    page.route("**/lits/*", serve)
    bed = beds.create(room=ward.beds[0].room, label="N", kind=BedKind.BED, by=None, at=timezone.now())
    expect(card(page, bed)).to_be_visible(timeout=20_000)
    assert len(hanging) == 1


def abort(route) -> None:
    route.abort()


def hang(route) -> None:
    """Never answer."""


def cut_short(route) -> None:
    whole = route.fetch()
    route.fulfill(response=whole, body=whole.text().split('<template id="sans-reponse"')[0])


@pytest.mark.parametrize(
    ("kind", "file", "break_it"),
    [
        ("script", "/parts.", abort),
        ("script", "/live.", abort),
        ("stylesheet", "/board.", abort),
        ("script", "/parts.", hang),
        ("document", "/lits/", cut_short),
    ],
)
def test_a_page_that_did_not_come_whole_is_not_live_and_loads_again(
    ward, open_page, served, now, kind, file, break_it
) -> None:
    page = open_page(a_user(Role.BED_MANAGER), "about:blank", base_url=served)
    page.add_init_script(SHORTEN)
    asked, broken = [], []

    def serve(route) -> None:
        asked.append(route.request.resource_type)
        if route.request.resource_type == kind and file in route.request.url and not broken:
            broken.append(route)
            break_it(route)
        else:
            route.continue_()

    page.route("**/*", serve)
    page.goto("/lits/", wait_until="commit")
    expect(page.locator("#connexion")).to_have_attribute("data-state", "live", timeout=20_000)
    assert (asked.count("document"), asked.count("eventsource")) == (2, 1)
    assert page.evaluate("sessionStorage.getItem('amh.tries')") is None


def socket_of_the_database() -> str:
    """The path of the local socket (or the address) at which the tests' PostgreSQL answers."""
    params = connection.get_connection_params()
    host, port = params["host"], params.get("port") or 5432
    return f"{host}/.s.PGSQL.{port}" if host.startswith("/") else f"http://{host}:{port}"


def through(port: int) -> str:
    """The address of the test's database behind a cable."""
    settings = connection.settings_dict
    account = f"{quote(settings['USER'])}:{quote(settings['PASSWORD'] or 'x')}"
    return f"postgresql://{account}@127.0.0.1:{port}/{settings['NAME']}"
