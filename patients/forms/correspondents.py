"""Who follows a patient outside: looked up in the list of correspondents."""

import re
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from patients.models import DOCTORS, CorrespondentRole, Organisation, Practitioner
from patients.queries import organisations

R = CorrespondentRole
NAMED = re.compile(r"([po])(\d{1,18})")
PEOPLE, STRUCTURES = "p", "o"
OFFERED = {R.PHARMACY: STRUCTURES, R.PROVIDER: STRUCTURES, R.NURSE: PEOPLE + STRUCTURES}
"""Which part of the list is offered for a quality; physicians are people."""

Option = tuple[str, str]


def options(words: str, role: str) -> list[Option]:
    """Those of the list whom ``words`` find, as the options of a choice: ``p12`` a person, ``o5`` a structure."""
    parts = OFFERED.get(CorrespondentRole(role), PEOPLE)
    found: list[Option] = []
    if PEOPLE in parts:
        people = organisations.practitioners(words, active=True)[: organisations.OFFERED]
        found += [(f"{PEOPLE}{one.pk}", person(one)) for one in people]
    if STRUCTURES in parts:
        structures = organisations.organisations(words, active=True)[: organisations.OFFERED]
        found += [(f"{STRUCTURES}{one.pk}", structure(one)) for one in structures]
    return found


def person(one: Practitioner) -> str:
    """A professional as the list names them: who, what, where."""
    what = one.specialty or ("" if one.profession in DOCTORS else one.get_profession_display())
    parts = [str(one), what, str(one.organisation or ""), one.organisation.city if one.organisation else ""]
    return ", ".join(part for part in parts if part)


def structure(one: Organisation) -> str:
    """A structure as the list names it: name, town."""
    return f"{one.name}, {one.city}" if one.city else one.name


class CorrespondentForm(forms.Form):
    """One of the list, found by words."""

    use_required_attribute = False

    words = forms.CharField(
        label=_("Chercher"), required=False, max_length=80, help_text=_("Nom, spécialité, commune, RPPS ou FINESS.")
    )
    who = forms.CharField(label=_("Correspondant"), widget=forms.Select(attrs={"size": 7}))

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.structures_alone = OFFERED.get(CorrespondentRole(role)) == STRUCTURES
        chosen = self.data.get("who") or self.initial.get("who", "")
        words = self.data.get("words", "")
        self.fields["who"].widget.choices = lambda: _kept(options(words, role), chosen)
        self.fields["words"].widget.attrs |= {
            "type": "search",
            "autocomplete": "off",
            "hx-get": reverse("patients:correspondents-options", args=[role]),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#id_who",
            "hx-sync": "this:replace",
        }

    def clean_who(self) -> dict[str, Practitioner | Organisation]:
        """The one that was chosen, by the name of its field in ``Correspondent``."""
        named = named_by(self.cleaned_data["who"])
        if not named:
            raise forms.ValidationError(_("Choisir dans la liste."), code="unknown")
        return named


def named_by(code: str) -> dict[str, Practitioner | Organisation]:
    """The person or structure of an option, by the name of its field in ``Correspondent``; empty when there is none."""
    found = NAMED.fullmatch(code)
    if found is None:
        return {}
    if found[1] == PEOPLE:
        person_ = Practitioner.objects.filter(pk=found[2]).first()
        return {"practitioner": person_} if person_ else {}
    structure_ = Organisation.objects.filter(pk=found[2]).first()
    return {"organisation": structure_} if structure_ else {}


def _kept(offered: list[Option], chosen: str) -> list[Option]:
    """What is offered, with the one already chosen although the words have gone on."""
    if not chosen or chosen in dict(offered):
        return offered
    named = next(iter(named_by(chosen).values()), None)
    if named is None:
        return offered
    return [(chosen, person(named) if isinstance(named, Practitioner) else structure(named)), *offered]
