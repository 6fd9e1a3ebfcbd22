"""The catalogues: every French sentence of the program with its English in ``locale/en``, French plurals beside.

Pure Python: a bare machine has no GNU gettext. Babel comes with the tools of development.
"""

import ast
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message
from django.utils.translation.template import templatize

TRANSLATION = "django.utils.translation"
CALLS = {"gettext": (0,), "ngettext": (0, 1), "pgettext": (1,), "npgettext": (1, 2)}
"""Where the text, and its plural, stand among the arguments; a context stands first."""

STRING = r"u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
MARKED = re.compile(rf"(?<![\w.])(n?p?gettext|_)\(\s*({STRING}(?:\s*,\s*{STRING})*)", re.DOTALL)
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-+ #0-9.]*[a-zA-Z%]")
NEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""The date in the catalogue's head: it must not change from one day to the next."""


class Phrase(NamedTuple):
    """One text to translate: with its plural when it counts, and a context when the words alone are not clear."""

    text: str
    plural: str = ""
    context: str = ""


@dataclass(frozen=True)
class Files:
    """The two files of a language."""

    folder: Path

    @property
    def po(self) -> Path:
        """What people edit."""
        return self.folder / "LC_MESSAGES" / "django.po"

    @property
    def mo(self) -> Path:
        """What the program reads."""
        return self.folder / "LC_MESSAGES" / "django.mo"


def phrases(root: Path, apps: Iterable[str]) -> dict[Phrase, set[str]]:
    """Every phrase of the program, with the files in which it stands."""
    found: dict[Phrase, set[str]] = {}
    python = (path for app in apps for path in (root / app).rglob("*.py") if "migrations" not in path.parts)
    for path in [*python, *(root / "templates").rglob("*.html")]:
        said = in_template if path.suffix == ".html" else in_module
        for phrase in said(path.read_text(encoding="utf-8")):
            found.setdefault(phrase, set()).add(path.relative_to(root).as_posix())
    return found


def in_module(source: str) -> Iterator[Phrase]:
    """The phrases of a Python file: the literal arguments of Django's functions, under whatever name they go."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name: alias.name.removesuffix("_lazy")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == TRANSLATION
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and names.get(node.func.id) in CALLS:
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            yield _phrase(names[node.func.id], texts)


def in_template(source: str) -> Iterator[Phrase]:
    """The phrases of a template, ``{% blocktranslate count %}`` and contexts included."""
    for call, strings in MARKED.findall(templatize(source)):
        texts = [ast.literal_eval(string) for string in re.findall(STRING, strings)]
        yield _phrase("gettext" if call == "_" else call, texts)


def _phrase(call: str, texts: list[str]) -> Phrase:
    text, *plural = (texts[place] for place in CALLS[call])
    return Phrase(text, "".join(plural), texts[0] if CALLS[call][0] else "")


def catalogue(found: Mapping[Phrase, Iterable[str]], known: Catalog, *, language: str) -> Catalog:
    """The catalogue of ``found`` with the translations already ``known``; what is said no more is dropped."""
    made = Catalog(
        locale=language,
        project="amh",
        version="1",
        creation_date=NEVER,
        revision_date=NEVER,
        last_translator="amh",
        language_team=language,
        header_comment="# AMH: what the program says. Written by `manage.py messages`; edit the msgstr only.",
        fuzzy=False,
    )
    for phrase in sorted(found):
        id_ = (phrase.text, phrase.plural) if phrase.plural else phrase.text
        before = known.get(phrase.text, phrase.context or None)
        string = before.string if before and bool(before.pluralizable) == bool(phrase.plural) else None
        locations = [(path, 0) for path in sorted(found[phrase])]
        made.add(id_, string, locations=locations, context=phrase.context or None)
    return made


def plurals(found: Mapping[Phrase, Iterable[str]], *, language: str) -> Catalog:
    """The catalogue of the language in which the program is written: its plurals, which French begins at two."""
    counted = {phrase: files for phrase, files in found.items() if phrase.plural}
    made = catalogue(counted, Catalog(locale=language), language=language)
    for message in made:
        if message.id:
            message.string = message.id
    return made


def read(path: Path, *, language: str) -> Catalog:
    """The catalogue that stands in a file; an empty one when there is none yet."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return pofile.read_po(file, locale=language)


def source_form(made: Catalog) -> bytes:
    """The text of the ``.po`` file: the same for the same phrases, on every machine and day."""
    buffer = io.BytesIO()
    pofile.write_po(buffer, made, width=120, sort_output=True, include_lineno=False)
    return buffer.getvalue()


def compiled_form(made: Catalog) -> bytes:
    """The bytes of the ``.mo`` file."""
    buffer = io.BytesIO()
    mofile.write_mo(buffer, made)
    return buffer.getvalue()


def faults(made: Catalog) -> Iterator[str]:
    """Say of each phrase what its translation lacks: everything, or a value that it must carry."""
    for message in made:
        if message.id:
            yield from _faults(message)


def _faults(message: Message) -> Iterator[str]:
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = list(message.string) if isinstance(message.string, list | tuple) else [message.string or ""]
    if not all(strings):
        yield f"« {ids[0]} » has no translation"
        return
    for id_, string in zip(ids, strings, strict=True):
        if "%" in id_ and sorted(PLACEHOLDER.findall(id_)) != sorted(PLACEHOLDER.findall(string)):
            yield f"« {id_} » and its translation do not carry the same values"
