"""What every test may ask for: a Redis of its own, the application as it really runs, and a browser in front of it."""

import gc
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import hypothesis
import pytest
import redis
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import override_settings
from django.utils import translation
from hypothesis import HealthCheck
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from amh.core.models import User
from amh.core.models.sessions import SessionStore
from tests import databases
from tests.clamd_servers import Scanner
from tests.clamd_servers import opened as scanning
from tests.lengths import THOROUGH
from tests.mail_servers import Post, opened
from wards.queries import hospitals

# A history of acts costs as much as ten plain examples: tests of histories run a tenth of these.
hypothesis.settings.register_profile(
    "amh", max_examples=1_000 if THOROUGH else 60, deadline=None, suppress_health_check=list(HealthCheck)
)
hypothesis.settings.load_profile("amh")

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
UNUSED = (
    *("AimEnabled", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter"),
    *("WebUIOmniboxAimPopup", "WebUIOmniboxPopup"),
    *("NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "SpareRendererForSitePerProcess"),
)
"""Features of Chromium that no test looks at: the list under an address bar nobody sees costs each window 0.3 s."""
SPARING = ("--disable-gpu", f"--disable-features={','.join(UNUSED)}")
SWEEPS = (100_000, 50, 1_000)
"""After how many new objects, and sweeps of the young ones, the collector goes through memory in a test process."""
FIRST = (
    *("tests/permissions/", "tests/core/test_up.py", "tests/journeys/test_outages.py"),
    *("tests/demo/nights/test_campaigns.py", "tests/demo/feeds/test_campaigns.py"),
)
"""Tests that last, or share what is long to make: one worker begins with them, and none waits for them at the end."""
PARIS = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"}
AXE = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
"""What axe is asked for. The style sheets that it would load again are for a rule that it does not run by default."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of ``FIRST`` before the others, which stay in the random order that they have."""
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


def pytest_collection_finish() -> None:
    """Leave all that was loaded to collect the tests out of what is swept: that was a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SWEEPS)


class CheapArgon2(Argon2PasswordHasher):
    """The hasher of the application, whose hashes it reads, without what makes it slow."""

    time_cost, memory_cost, parallelism = 1, 8, 1


@pytest.fixture(autouse=True)
def no_hospital_of_another_test() -> None:
    """A test that is undone takes rows away, which no hospital does: the version of another one may be the same."""
    hospitals._kept.clear()


@pytest.fixture(scope="session", autouse=True)
def cheap() -> Iterator[None]:
    """A password costs a tenth of a millisecond in this process, and its full price in the application that is run.

    Nor does each new client of a test look through the folders of static files.
    """
    hashers = [f"{__name__}.{CheapArgon2.__name__}", *settings.PASSWORD_HASHERS[1:]]
    with override_settings(PASSWORD_HASHERS=hashers, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database, which tests that commit empty quickly."""
    with django_db_blocker.unblock():
        databases.empty_by_deleting()
    yield
    with django_db_blocker.unblock():
        databases.send_others_away()


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    """Every test begins in French, whatever language the request of another one left behind."""
    with translation.override("fr"):
        yield


@pytest.fixture
def redis_url() -> Iterator[str]:
    """The address of an empty Redis database that no other test process uses."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield settings.REDIS_URL
        client.flushdb()


@pytest.fixture
def post(settings) -> Iterator[Post]:
    """The mail server to which the application sends."""
    server = Post()
    with opened(server) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield server


@pytest.fixture
def documents_folder(settings, tmp_path: Path) -> Path:
    """The folder in which the application keeps documents, empty."""
    folder = tmp_path / "documents"
    backend = settings.STORAGES["documents"]
    options = backend["OPTIONS"] | {"location": str(folder)}
    settings.STORAGES = settings.STORAGES | {"documents": backend | {"OPTIONS": options}}
    return folder


@pytest.fixture
def scanner(settings) -> Iterator[Scanner]:
    """The virus scanner that reads every document."""
    scanner = Scanner()
    with scanning(scanner) as address:
        settings.CLAMD_URL = address
        yield scanner


@pytest.fixture(scope="session")
def served(django_db_setup: None, django_db_blocker: object) -> Iterator[str]:
    """The address of the whole application, pages and streams, run by uvicorn on the test database.

    A test that uses it must commit what it wants seen: ``@pytest.mark.django_db(transaction=True)``.
    """
    with serving(DATABASE_URL=database_url()) as address:
        yield address


@contextmanager
def serving(**environment: str) -> Iterator[str]:
    """Run the application by uvicorn, in its own process and with these variables; its address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", "amh.asgi:application", "--host", "127.0.0.1", "--port", str(port)),
            *("--loop", "uvloop", "--http", "httptools", "--timeout-graceful-shutdown", "1", "--log-level", "warning"),
        ],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
    )
    try:
        _wait_until_alive(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def database_url() -> str:
    """Return the address of this test process's own database."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + quote(connection.settings_dict["NAME"])))


def _wait_until_alive(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the application did not start"
        try:
            link = HTTPConnection("127.0.0.1", port, timeout=1)
            link.request("GET", "/healthz")
            if link.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            link.close()
    pytest.fail("the application does not answer")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium of the machine, shared by the tests of one process."""
    program = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if not program:
        pytest.fail("no Chromium on this machine: apt install chromium")
    # Playwright keeps an event loop in this thread, which Django would take for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=SPARING)
        yield chromium
        chromium.close()


@pytest.fixture
def browser_context(browser: Browser, served: str) -> Iterator[BrowserContext]:
    """A browser with nothing in it, whose relative addresses are the application's."""
    context = browser.new_context(base_url=served, **PARIS)
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Iterator[Page]:
    """A page of the application in 1366 by 768; a script that fails or is refused by the CSP fails the test."""
    page = browser_context.new_page()
    page.set_viewport_size({"width": 1366, "height": 768})
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on(
        "console", lambda message: broken.append(message.text) if "Content Security Policy" in message.text else None
    )
    yield page
    assert broken == []


@pytest.fixture
def sign_in(browser_context: BrowserContext, served: str) -> Callable[[User], None]:
    """Open a session for a person in the browser, without going through the log-in page."""

    def sign_in(user: User) -> None:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        browser_context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": served}]
        )

    return sign_in


@pytest.fixture
def check_accessible() -> Callable[..., None]:
    """Fail with axe's own words when a page has an accessibility violation, of any rule ``but`` those named."""

    def check(page: Page, *, but: tuple[str, ...] = ()) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        options = AXE | {"rules": {rule: {"enabled": False} for rule in but}}
        results = AxeResults(
            page.evaluate("(options) => axe.run(options).then(({violations}) => ({violations}))", options)
        )
        assert results.violations_count == 0, results.generate_report()

    return check
