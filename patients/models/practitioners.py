from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked


@tracked()
class Practitioner(models.Model):
    """A health professional, apart from any account. RPPS: 11 digits; its key is not proven, so never refused."""

    rpps = models.CharField(_("RPPS"), max_length=11, blank=True)
    family_name = models.CharField(_("nom"), max_length=120)
    given_name = models.CharField(_("prénom"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("professionnel de santé")
        verbose_name_plural = _("professionnels de santé")
        constraints = [
            models.UniqueConstraint(fields=["rpps"], condition=~Q(rpps=""), name="practitioner_rpps"),
            models.UniqueConstraint(
                fields=["family_name", "given_name"], condition=Q(rpps=""), name="practitioner_without_rpps"
            ),
            models.CheckConstraint(condition=Q(rpps="") | Q(rpps__regex=r"^\d{11}$"), name="practitioner_rpps_shape"),
        ]

    def __str__(self) -> str:
        return f"Dr {self.family_name.upper()} {self.given_name}".strip()
