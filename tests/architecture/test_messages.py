"""The English catalogue says all that the program says, and is compiled."""

import pytest
from babel.messages.catalog import Catalog
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import gettext, ngettext

from amh.core import catalogues
from amh.core.catalogues import Phrase
from amh.core.management.commands import messages

HOW = "\nRun `manage.py messages`, write the English in locale/en/LC_MESSAGES/django.po, run it again, commit locale/."


@pytest.fixture(scope="module")
def current() -> dict[str, Catalog]:
    """What the catalogues must be today."""
    return messages.current(messages.LOCALE)


def test_every_phrase_has_its_english(current):
    faults = list(catalogues.faults(current["en"]))
    assert not faults, "\n".join(faults) + HOW


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_catalogue_is_current_and_compiled(current, language):
    files = catalogues.Files(messages.LOCALE / language)
    stale = [
        path.name
        for path, form in ((files.po, catalogues.source_form), (files.mo, catalogues.compiled_form))
        if path.read_bytes() != form(current[language])
    ]
    assert not stale, HOW


def test_the_program_reads_them():
    with translation.override("en"):
        assert gettext("Plan des lits") == "Bed board"
        assert [counted(number) for number in range(3)] == ["0 messages", "1 message", "2 messages"]
    with translation.override("fr"):
        assert gettext("Plan des lits") == "Plan des lits"
        assert [counted(number) for number in range(3)] == ["0 message", "1 message", "2 messages"]


def counted(number):
    return ngettext("%(n)s message", "%(n)s messages", number) % {"n": number}


def test_a_module_says_its_phrases_under_any_name():
    source = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext
_("un " "deux"), gettext_lazy("trois"), ngettext("%d lit", "%d lits", n), pgettext("état", "libre"), other("rien")
"""
    assert set(catalogues.in_module(source)) == {
        Phrase("un deux"),
        Phrase("trois"),
        Phrase("%d lit", "%d lits"),
        Phrase("libre", context="état"),
    }


def test_a_template_says_its_phrases():
    source = """{% load i18n %}{% translate "L’un" %}{% translate "libre" context "état" %}{{ _("deux") }}
{% blocktranslate with a=b %}Lit {{ a }}{% endblocktranslate %}
{% blocktranslate count n=n %}{{ n }} lit{% plural %}{{ n }} lits{% endblocktranslate %}
<p>gettext("jamais")</p>"""
    assert set(catalogues.in_template(source)) == {
        Phrase("L’un"),
        Phrase("libre", context="état"),
        Phrase("deux"),
        Phrase("Lit %(a)s"),
        Phrase("%(n)s lit", "%(n)s lits"),
    }


def test_what_a_translation_lacks_is_said():
    made = Catalog(locale="en")
    made.add("lit %s", "bed")
    made.add("unité", "")
    made.add(("%d lit", "%d lits"), ("%d bed", "%d beds"))
    assert sorted(catalogues.faults(made)) == [
        "« lit %s » and its translation do not carry the same values",
        "« unité » has no translation",
    ]


def test_the_command_keeps_what_is_translated_and_drops_what_is_said_no_more(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    files = catalogues.Files(tmp_path / "en")
    files.po.parent.mkdir(parents=True)
    old = Catalog(locale="en")
    old.add("Plan des lits", "Bed board")
    old.add("Jamais dit", "Never said")
    files.po.write_bytes(catalogues.source_form(old))
    call_command("messages")
    made = catalogues.read(files.po, language="en")
    assert (made.get("Plan des lits").string, made.get("Jamais dit")) == ("Bed board", None)
    assert "« lit » has no translation" in capsys.readouterr().out
