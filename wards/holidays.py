"""Public holidays (jours fériés), as the law gives them to each part of France; see ``docs/adr/0013``."""

from datetime import date
from functools import cache
from importlib import import_module

REGIONS = {
    "": "",
    "57": "57",
    "67": "6AE",
    "68": "6AE",
    "971": "971",
    "972": "972",
    "973": "973",
    "974": "974",
    "976": "976",
    "977": "BL",
    "978": "MF",
    "975": "PM",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}
"""The library's name of a part of France by the number of its département or territory; ``""`` is everywhere else."""


def known(region: str) -> bool:
    """Tell whether ``region`` has holidays of its own, or is empty."""
    return region in REGIONS


@cache
def of_year(year: int, region: str) -> frozenset[date]:
    """The public holidays of a year, to 2100; a region that nobody knows has those of metropolitan France.

    The library is loaded when the first calendar asks: it would slow every start.
    """
    country_holidays = import_module("holidays").country_holidays
    return frozenset(country_holidays("FR", subdiv=REGIONS.get(region) or None, years=year))
