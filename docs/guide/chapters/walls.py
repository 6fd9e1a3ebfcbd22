"""Wall screens: their list, the code, the screen itself."""

from urllib.parse import urljoin

from chapters.screens import Guide, open_dialog, picture

TELEVISION = (1920, 1080)


def hang(guide: Guide) -> None:
    """An administrator gives a code, a screen is installed by it."""
    with guide.person("admin", "ecrans/") as page, guide.desk(TELEVISION) as television:
        television.goto(urljoin(guide.address, "mural/"))
        picture(television, "ecran-mural-code")
        open_dialog(page, "Donner un code")
        page.click("#dialogue button.primary")
        page.wait_for_selector("#code-installation")
        television.fill("#id_code", page.input_value("#code-installation"))
        television.keyboard.press("Enter")
        television.wait_for_selector('#connexion[data-state="live"]')
        picture(television, "ecran-mural")
        page.click("#dialogue a.primary")
        page.wait_for_selector("main table")
        picture(page, "ecrans-muraux")


CHAPTERS = (hang,)
