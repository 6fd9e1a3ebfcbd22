"""What the journeys share: a small ward, people who are logged in, and a sender of messages."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
import requests
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from amh.core.models import ApiToken, User
from amh.core.models.sessions import SessionStore
from amh.core.models.tokens import digest
from amh.core.roles import Role
from patients.actions import stays
from patients.models import Patient, Stay
from tests.conftest import PARIS
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected
from tests.lengths import THOROUGH
from wards.models import Bed, Unit

TOKEN = "journey-token"
DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
SCHEMES = ("dark", "light")
NOTHING_IS_CUT = "document.documentElement.scrollWidth <= innerWidth"


@dataclass(frozen=True)
class Ward:
    """Unit MED with beds 201 F, 201 P and 202 1; unit CHIR with bed 301 1."""

    unit: Unit
    beds: tuple[Bed, Bed, Bed]
    other: Unit
    other_bed: Bed


@pytest.fixture
def ward(transactional_db: None) -> Ward:
    """Two units with four free beds."""
    unit, other = a_unit("MED", name="Médecine", position=1), a_unit("CHIR", name="Chirurgie", position=2)
    beds = (a_bed(unit, "201", "F"), a_bed(unit, "201", "P"), a_bed(unit, "202", "1"))
    return Ward(unit, beds, other, a_bed(other, "301", "1"))


@pytest.fixture
def open_page(browser: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """Open a browser of its own for a person, at an address; scripts that fail fail the test."""
    contexts = []
    broken: list[str] = []

    def open_page(user: User, address: str = "/lits/", **options: object) -> Page:
        context = browser.new_context(**{"base_url": served, "viewport": DESKTOP} | PARIS | options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        address_of = str(options.get("base_url", served))
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": address_of}])
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert broken == []


def session_of(user: User) -> str:
    """A session for ``user``, as a log-in makes it; its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key or ""


@pytest.fixture
def check_every_screen(check_accessible: Callable[..., None]) -> Callable[..., None]:
    """Look at a page as it is, on a phone and on a wide screen, in each of ``schemes``: accessible, and nothing cut.

    What is read aloud hardly changes with the width: a short run asks axe on the wide screen alone.
    """

    def check(page: Page, *, schemes: Iterable[str] = ("light",)) -> None:
        for viewport in (PHONE, DESKTOP):
            page.set_viewport_size(viewport)
            assert page.evaluate(NOTHING_IS_CUT), f"{page.url} is wider than {viewport}"
            for scheme in schemes if viewport == DESKTOP or THOROUGH else ():
                page.emulate_media(color_scheme=scheme)
                check_accessible(page)

    return check


@pytest.fixture
def send(served: str, transactional_db: None) -> Callable[[bytes], str]:
    """Send a message as the admission system does; return the acknowledgment."""
    interface = a_user(Role.INTERFACE)
    ApiToken.objects.create(user=interface, label="GAM", digest=digest(TOKEN))

    def send(message: bytes) -> str:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/hl7-v2"}
        answer = requests.post(f"{served}/interop/hl7/", data=message, headers=headers, timeout=10)
        answer.raise_for_status()
        return answer.text

    return send


def arrives(patient: Patient, bed: Bed, *, at: datetime) -> Stay:
    """Bring somebody in by the acts themselves, of which open boards are told."""
    stay = expected(bed.room.unit, patient=patient, at=at)
    stays.admit(stay=stay, unit=stay.unit, bed=bed, by=None, at=at)
    return stay


@pytest.fixture
def now():
    """The real time: the application under test runs on it."""
    return timezone.now()


def card(page: Page, bed: Bed):
    """The card of a bed on the page."""
    return page.locator(f"#lit-{bed.pk}")


def then_card_says(page: Page, bed: Bed, state: str, *texts: str) -> None:
    """Wait until the card shows this state and these words."""
    expect(card(page, bed)).to_have_attribute("data-state", state)
    for text in texts:
        expect(card(page, bed)).to_contain_text(text)


def then_is_live(page: Page) -> None:
    """Wait until the page says that it is live."""
    expect(page.locator("#connexion")).to_contain_text("En direct")
