from django.urls import path

from amh.interop.api.messages import Messages
from amh.interop.views import messages, structures

app_name = "interop"

urlpatterns = [
    path("hl7/", Messages.as_view(), name="hl7"),
    path("structure/", structures.bring_in, name="structure"),
    path("messages/", messages.listing, name="messages"),
    path("messages/<int:pk>/rejouer/", messages.replay, name="replay"),
]
