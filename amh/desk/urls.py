from django.urls import path

from amh.desk.views import absences, beds, covers, duties, rooms, settings, teams, units

app_name = "desk"

UNIT, ROOM, BED = "admin/unites/<int:pk>", "admin/chambres/<int:pk>", "admin/lits/<int:pk>"
COVER, ABSENCE, DUTY = "equipe/relais/<int:pk>", "equipe/absences/<int:pk>", "equipe/gardes/<int:pk>"

urlpatterns = [
    path("admin/", settings.index, name="settings"),
    path("admin/unites/", units.listing, name="units"),
    path("admin/unites/creer/", units.create, name="unit-create"),
    path(f"{UNIT}/", units.show, name="unit"),
    path(f"{UNIT}/decrire/", units.change, name="unit-change"),
    path(f"{UNIT}/retirer/", units.retire, name="unit-retire"),
    path(f"{UNIT}/remettre/", units.restore, name="unit-restore"),
    path(f"{UNIT}/rattacher/", units.rename, name="unit-rename"),
    path(f"{UNIT}/chambres/", rooms.create, name="room-create"),
    path(f"{ROOM}/", rooms.change, name="room-change"),
    path(f"{ROOM}/lits/", beds.create, name="bed-create"),
    path(f"{ROOM}/retirer/", rooms.retire, name="room-retire"),
    path(f"{ROOM}/remettre/", rooms.restore, name="room-restore"),
    path(f"{BED}/", beds.change, name="bed-change"),
    path(f"{BED}/retirer/", beds.retire, name="bed-retire"),
    path(f"{BED}/remettre/", beds.restore, name="bed-restore"),
    path(f"{BED}/rattacher/", beds.rename, name="bed-rename"),
    path("equipe/", teams.listing, name="team"),
    path("equipe/relais/", covers.give, name="cover-give"),
    path(f"{COVER}/", covers.show, name="cover"),
    path(f"{COVER}/terminer/", covers.end, name="cover-end"),
    path(f"{COVER}/annuler/", covers.undo, name="cover-undo"),
    path("equipe/unites/<int:pk>/reprendre/", covers.take_over, name="cover-take-over"),
    path("equipe/absences/", absences.record, name="absence-record"),
    path(f"{ABSENCE}/", absences.show, name="absence"),
    path(f"{ABSENCE}/retour/", absences.cut_short, name="absence-cut-short"),
    path(f"{ABSENCE}/annuler/", absences.undo, name="absence-undo"),
    path("equipe/gardes/", duties.give, name="duty-give"),
    path(f"{DUTY}/", duties.show, name="duty"),
    path(f"{DUTY}/terminer/", duties.end, name="duty-end"),
    path(f"{DUTY}/annuler/", duties.undo, name="duty-undo"),
]
