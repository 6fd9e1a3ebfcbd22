"""The board on paper: the menu, then each paper as the browser shows it."""

from urllib.parse import urljoin

from chapters.screens import Guide, picture

PAPERS = {
    "imprimer-hopital": "format=hopital",
    "imprimer-unite": "format=unite&unite=MED",
    "imprimer-poche": "format=poche&unite=MED",
}
BARE = "#toolbar=0&navpanes=0&view=FitH"
"""The viewer of PDFs without its own buttons."""
DRAWN_MS = 3_000


def print_the_board(guide: Guide) -> None:
    """The menu, and the three papers."""
    with guide.person("lits", "lits/?unite=MED") as page:
        page.click("summary:has-text('Imprimer')")
        picture(page, "imprimer")
        for name, asked in PAPERS.items():
            paper = page.context.new_page()
            paper.goto(urljoin(guide.address, f"lits/impression/?{asked}{BARE}"))
            paper.wait_for_timeout(DRAWN_MS)
            picture(paper, name)
            paper.close()


CHAPTERS = (print_the_board,)
