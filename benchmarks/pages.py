"""The board page over HTTP, beside its rows as bare SQL.

*Warm*: median of many pages asked for by one person on a kept connection, read trace on, no compression.

*Server*: processor time of the web process for one warm page, PostgreSQL's not counted.

*Cold*: median of the first page of several fresh processes. Each process has before it answered, in every thread, the
log-in page and a masked board in English: modules, templates and database connections are there, but no card of the
measured page is rendered yet, so that each of them is.

*Statements*: what PostgreSQL itself counts for one warm page, the session, the trace and the check of the connection
included, in a process of its own, since the counting costs time.
"""

import statistics
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from benchmarks.figures import median, show, timed
from benchmarks.grounds import Grounds
from benchmarks.visitors import Visitor, warm
from benchmarks.webs import APPLICATION, serving

PAGE = "/lits/"
NO_CARD_OF_IT = "/lits/?mode=mural"
SQL = (Path(__file__).parent / "board.sql").read_text(encoding="utf-8")

AIMS = {(300, "warm"): 15.0, (300, "cold"): 60.0}
STATEMENTS = 8
ROUNDS = {30: (200, 5), 300: (150, 5), 3000: (20, 3)}
"""For each number of beds, how many warm pages and how many fresh processes."""


def measure(grounds: Grounds, *, quick: bool) -> None:
    """Print the figures of the page for each size."""
    for beds, (pages, processes) in ({30: (20, 1)} if quick else ROUNDS).items():
        database = grounds.hospital(beds)
        sql = _sql(grounds, database, pages)
        cookies, page, spent = _warm(grounds, database, pages)
        first = cold(grounds, database, cookies, PAGE, processes)
        show(f"page.{beds}.sql", sql, "ms")
        show(f"page.{beds}.warm", page, "ms", {"board.sql": sql, "aim": AIMS.get((beds, "warm"))})
        show(f"page.{beds}.server", spent, "ms cpu")
        show(f"page.{beds}.cold", first, "ms", {"board.sql": sql, "aim": AIMS.get((beds, "cold"))})
        show(
            f"page.{beds}.statements",
            statements(grounds, database, cookies, {PAGE: PAGE})[PAGE],
            "SQL",
            {"aim": STATEMENTS},
        )


def _sql(grounds: Grounds, database: str, times: int) -> float:
    with grounds.connection(database) as link, link.cursor() as cursor:

        def fetch() -> None:
            cursor.execute(SQL)
            cursor.fetchall()

        fetch()
        return median(fetch, times)


def _warm(grounds: Grounds, database: str, times: int) -> tuple[dict[str, str], float, float]:
    """The cookies of a session, the milliseconds of a warm page, and those of processor time in the web process."""
    with serving(APPLICATION, grounds.environment(database)) as web, closing(Visitor(web)) as visitor:
        cookies = visitor.sign_in()
        warm(web, cookies, PAGE)
        before = web.seconds()
        page = median(lambda: visitor.get(PAGE), times)
        return cookies, page, 1000 * (web.seconds() - before) / times


def cold(grounds: Grounds, database: str, cookies: dict[str, str], path: str, processes: int) -> float:
    """The milliseconds of the first page of a fresh process, the middle one of so many."""
    return statistics.median(_first(grounds, database, cookies, path) for _ in range(processes))


def _first(grounds: Grounds, database: str, cookies: dict[str, str], path: str) -> float:
    with serving(APPLICATION, grounds.environment(database)) as web:
        warm(web, {}, "/connexion/")
        warm(web, cookies, NO_CARD_OF_IT, language="en")
        with closing(Visitor(web, cookies=cookies)) as visitor:
            return timed(lambda: visitor.get(path))


def statements(
    grounds: Grounds, database: str, cookies: dict[str, str], addresses: Mapping[str, str]
) -> dict[str, float]:
    """What PostgreSQL counts for one warm page of each address, by its name."""
    environment, counted = grounds.environment(database, loud=True), {}
    with serving(APPLICATION, environment) as web, closing(Visitor(web, cookies=cookies)) as visitor:
        for name, path in addresses.items():
            warm(web, cookies, path)
            before = grounds.heard()
            visitor.get(path)
            counted[name] = float(grounds.heard() - before)
    return counted
