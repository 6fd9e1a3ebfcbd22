"""A unit confirms its board in the morning, and says where its patients go when it closes."""

from urllib.parse import urljoin

from chapters.screens import Guide, picture

A_WEEK = "168"
"""Hours: so that the week hospital is asked on whichever working day the pictures are taken."""


def confirm(guide: Guide) -> None:
    """What is doubtful in a unit, then every bed on one line."""
    with guide.person("amh", "lits/confirmer/?unite=MED") as page:
        picture(page, "confirmer")


def close(guide: Guide) -> None:
    """Where those go who are in the week hospital."""
    with guide.person("admin") as page:
        page.goto(urljoin(guide.address, "admin/parametres/closing_notice_hours/regler/"))
        page.fill("main form [name=value]", A_WEEK)
        page.click("main form button.primary")
        page.wait_for_load_state()
    with guide.person("lits", "lits/fermeture/?unite=CUR") as page:
        picture(page, "fermeture-d-unite")


CHAPTERS = (confirm, close)
