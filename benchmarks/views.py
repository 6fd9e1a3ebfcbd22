"""The board laid out otherwise, filtered, or at another moment: each address measured as the page itself is.

One more address is one more line of ``ADDRESSES``. See ``pages`` for what is measured.
"""

from contextlib import closing
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.figures import median, show
from benchmarks.grounds import TIME_ZONE, Grounds
from benchmarks.pages import STATEMENTS, cold, statements
from benchmarks.visitors import Visitor, warm
from benchmarks.webs import APPLICATION, serving

ADDRESSES = {
    "units": "/lits/",
    "columns": "/lits/?vue=colonnes",
    "plan": "/lits/?vue=plan",
    "list": "/lits/?vue=liste",
    "tablet": "/lits/?vue=tablette",
    "free": "/lits/?etat=libre",
    "wall": "/lits/?mode=mural",
    "yesterday": "/lits/?a={yesterday}",
    "tomorrow": "/lits/?a={tomorrow}",
    "jump": "/lits/film/?de={tomorrow}&a={now}",
    "hour": "/lits/film/?de={hour_ago}&a={now}&pas=1",
    "difference": "/lits/?a={now}&depuis={yesterday}",
}
"""Under the name of each its address; ``{yesterday}`` and ``{tomorrow}`` are the same hour of these days. ``jump`` is
the slider let go at another moment, ``hour`` an hour played, ``difference`` what changed from one day to the next."""

ROUNDS = {300: (60, 3), 3000: (12, 3)}
"""For each number of beds, how many warm pages and how many fresh processes."""


def measure(grounds: Grounds, *, quick: bool) -> None:
    """Print the figures of each address for each size."""
    for beds, (pages, processes) in ({30: (5, 1)} if quick else ROUNDS).items():
        database = grounds.hospital(beds)
        addresses = addressed(datetime.now(ZoneInfo(TIME_ZONE)))
        cookies = _warm(grounds, database, addresses, beds, pages)
        for name, path in addresses.items():
            show(f"view.{name}.{beds}.cold", cold(grounds, database, cookies, path, processes), "ms")
        for name, counted in statements(grounds, database, cookies, addresses).items():
            show(f"view.{name}.{beds}.statements", counted, "SQL", {"aim": STATEMENTS})


def addressed(now: datetime) -> dict[str, str]:
    """The addresses as they are asked for at ``now``."""
    a_day = timedelta(days=1)
    moments = {"now": now, "yesterday": now - a_day, "tomorrow": now + a_day, "hour_ago": now - timedelta(hours=1)}
    words = {name: f"{moment:%Y-%m-%dT%H:%M}" for name, moment in moments.items()}
    return {name: path.format(**words) for name, path in ADDRESSES.items()}


def _warm(grounds: Grounds, database: str, addresses: dict[str, str], beds: int, times: int) -> dict[str, str]:
    """Print the warm pages of all addresses, asked of one process; the cookies of the session."""
    with serving(APPLICATION, grounds.environment(database)) as web, closing(Visitor(web)) as visitor:
        cookies = visitor.sign_in()
        for name, path in addresses.items():
            warm(web, cookies, path)
            before = web.seconds()
            page = median(lambda path=path: visitor.get(path), times)  # type: ignore[misc]
            show(f"view.{name}.{beds}.warm", page, "ms")
            show(f"view.{name}.{beds}.server", 1000 * (web.seconds() - before) / times, "ms cpu")
    return cookies
