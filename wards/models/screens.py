from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amh.core.history import tracked
from wards.models.units import Unit


class Theme(models.TextChoices):
    """How light a wall screen is."""

    AUTO = "auto", _("comme l’appareil")
    LIGHT = "light", _("clair")
    DARK = "dark", _("sombre")


@tracked(exclude=["key_digest", "code_digest", "seen_at"])
class Screen(models.Model):
    """A wall screen: it opens by the key that it keeps, without anybody's log-in, and names nobody (WR-6).

    The key is given to it once, against a code that is good until ``code_until``; only hashes are kept. It shows these
    ``units``, all when there are none, each page ``page_seconds`` long. ``account`` is what it is to the program.
    """

    name = models.CharField(_("où il se trouve"), max_length=80)
    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="screen")
    units = models.ManyToManyField(Unit, related_name="screens", blank=True, verbose_name=_("unités montrées"))
    theme = models.CharField(_("aspect"), max_length=10, choices=Theme, default=Theme.AUTO)
    page_seconds = models.PositiveSmallIntegerField(_("durée d’une page, en secondes"), default=20)
    code_digest = models.CharField(max_length=64, blank=True, default="")
    code_until = models.DateTimeField(null=True, blank=True)
    key_digest = models.CharField(max_length=64, blank=True, default="")
    enrolled_at = models.DateTimeField(_("installé le"), null=True)
    seen_at = models.DateTimeField(_("vu à"), null=True)
    created_at = models.DateTimeField(_("créé le"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(_("retiré le"), null=True)

    class Meta:
        verbose_name = _("écran mural")
        verbose_name_plural = _("écrans muraux")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(revoked_at=None), name="screen_name_once"),
            models.UniqueConstraint(fields=["key_digest"], condition=~Q(key_digest=""), name="screen_key_once"),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="screen_theme_known"),
            models.CheckConstraint(condition=Q(page_seconds__range=(5, 600)), name="screen_page_seconds"),
            models.CheckConstraint(condition=Q(code_digest="") | Q(code_until__isnull=False), name="screen_code_pair"),
            models.CheckConstraint(condition=Q(key_digest="") | Q(enrolled_at__isnull=False), name="screen_key_pair"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(key_digest="", code_digest=""), name="screen_revoked_keyless"
            ),
        ]

    def __str__(self) -> str:
        return self.name
