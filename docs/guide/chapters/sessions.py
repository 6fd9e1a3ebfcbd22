"""The screen of a person: locked and opened again, and what they set for themselves."""

from chapters.screens import Guide, picture

CODE = "2580"
"""The short code of ``amh`` in the demonstration."""


def lock_and_come_back(guide: Guide) -> None:
    """The page of one's account, a screen locked by its key, opened by the code."""
    with guide.person("amh") as page:
        page.locator("header summary").last.click()
        page.get_by_role("link", name="Mon compte").click()
        page.wait_for_load_state()
        picture(page, "mon-compte")
        page.keyboard.press("F9")
        page.wait_for_selector("[name=secret]", state="visible")
        picture(page, "verrou")
        page.fill("[name=secret]", CODE)
        page.keyboard.press("Enter")
        page.wait_for_selector("[name=secret]", state="hidden")


CHAPTERS = (lock_and_come_back,)
