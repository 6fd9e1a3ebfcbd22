"""What of a page would run, and where it leads."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

LEADING = re.compile(r"""(?:href|action|hx-get|hx-post)="(/[^"#?]*)""")


class Markup(HTMLParser):
    """The scripts and the attributes of a page that somebody may have slipped into it: they know no nonce."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside_script = tag == "script" and not dict(attrs).get("nonce")
        self.found += [f"{tag} {name}={value}" for name, value in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self.inside_script = False

    def handle_data(self, data: str) -> None:
        if self.inside_script and data.strip():
            self.found.append(data)


def slipped(html: str) -> list[str]:
    """What of a page would run."""
    markup = Markup()
    markup.feed(html)
    return markup.found


def leads(html: str) -> Iterator[str]:
    """The paths to which a page leads."""
    yield from (unescape(path) for path in LEADING.findall(html))
