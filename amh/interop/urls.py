from django.urls import path

from amh.interop.api.messages import Messages
from amh.interop.views import (
    deviations,
    disagreements,
    messages,
    receivers,
    replays,
    senders,
    sendings,
    structures,
)

app_name = "interop"

urlpatterns = [
    path("hl7/", Messages.as_view(), name="hl7"),
    path("structure/", structures.bring_in, name="structure"),
    path("a-rapprocher/", disagreements.listing, name="disagreements"),
    path("a-rapprocher/<int:pk>/suivre/", disagreements.settle, name="settle"),
    path("conformite/", deviations.listing, name="deviations"),
    path("conformite/<int:pk>/", deviations.show, name="deviations-sender"),
    path("conformite/<int:pk>/export/", deviations.export, name="deviations-export"),
    path("emetteurs/<int:pk>/", senders.listen, name="sender"),
    path("messages/", messages.listing, name="messages"),
    path("messages/sante/", messages.health, name="health"),
    path("messages/rejouer/", replays.ask, name="replay_all"),
    path("messages/ignorer/", replays.ignore, name="ignore_all"),
    path("messages/remettre/", replays.restore, name="restore_all"),
    path("messages/<int:pk>/", messages.show, name="message"),
    path("messages/<int:pk>/rejouer/", messages.replay, name="replay"),
    path("messages/<int:pk>/ignorer/", messages.ignore, name="ignore"),
    path("messages/<int:pk>/remettre/", messages.restore, name="restore"),
    path("reprises/<int:pk>/", replays.progress, name="replay_progress"),
    path("envois/", sendings.listing, name="sendings"),
    path("envois/<int:pk>/renvoyer/", sendings.retry, name="sendings-retry"),
    path("envois/<int:pk>/abandonner/", sendings.give_up, name="sendings-give-up"),
    path("destinataires/ajouter/", receivers.create, name="receiver-create"),
    path("destinataires/<int:pk>/modifier/", receivers.change, name="receiver-change"),
]
