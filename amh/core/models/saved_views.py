from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A way of looking at a page that a person keeps under a name: its filters and view, as its address says them.

    ``page`` is the name of the page's address, ``query`` what follows the question mark; never a search, which names
    people. ``is_first`` is the one with which the page opens from the menu.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=60)
    name = models.CharField(_("nom"), max_length=60)
    query = models.CharField(max_length=300, blank=True)
    is_first = models.BooleanField(_("s’ouvre en premier"), default=False)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("vue enregistrée")
        verbose_name_plural = _("vues enregistrées")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "page", "name"], name="saved_view_name_once"),
            models.UniqueConstraint(fields=["user", "page"], condition=Q(is_first=True), name="saved_view_one_first"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_named"),
        ]

    def __str__(self) -> str:
        return self.name
