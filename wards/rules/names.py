"""What a code, a label or a name may be."""

from django.db import models
from django.utils.translation import gettext as _

from amh.core.errors import Invalid


def check_name(
    model: type[models.Model], name: str, said: str, *, required: bool = True, field: str | None = None
) -> None:
    """Raise ``Invalid`` beside ``field`` for what is missing, longer than ``name`` of ``model``, or does not print."""
    field = field or name
    longest = getattr(model._meta.get_field(name), "max_length", 0)  # noqa: SLF001 - Django documents _meta
    if required and not said:
        raise Invalid(_("Ce champ est obligatoire."), code="required", field=field)
    if len(said) > longest:
        raise Invalid(_("%d caractères au plus.") % longest, code="too_long", field=field)
    if not said.isprintable():
        raise Invalid(_("Un caractère ne s’imprime pas : le retirer."), code="unprintable", field=field)


def check_choice(choices: type[models.TextChoices], said: str, *, field: str = "kind") -> None:
    """Raise ``Invalid`` for a kind that does not exist."""
    if said not in choices.values:
        raise Invalid(_("Choix inconnu : « %s ».") % said, code="unknown_choice", field=field)
