from django.urls import path

from amh.board.views import arrivals, beds, closures, movements, reconciliations, saved_views, stays

app_name = "board"

urlpatterns = [
    path("lits/", beds.listing, name="list"),
    path("lits/ma-vue/", saved_views.home, name="home"),
    path("lits/vues/enregistrer/", saved_views.save, name="save-view"),
    path("lits/vues/<int:pk>/", saved_views.change, name="change-view"),
    path("lits/vues/<int:pk>/retirer/", saved_views.remove, name="remove-view"),
    path("lits/<int:pk>/menu/", beds.menu, name="menu"),
    path("lits/<int:pk>/attribuer/", beds.place, name="place"),
    path("lits/<int:pk>/reserver/", beds.reserve, name="reserve"),
    path("lits/<int:pk>/liberer/", beds.release, name="release"),
    path("reservations/<int:pk>/retablir/", beds.restore, name="restore"),
    path("lits/<int:pk>/nettoye/", beds.clean, name="clean"),
    path("lits/<int:pk>/fermer/", closures.close, name="close"),
    path("lits/<int:pk>/rouvrir/", closures.reopen, name="reopen"),
    path("fermetures/<int:pk>/", closures.end, name="closure"),
    path("nettoyages/<int:pk>/annuler/", beds.undo_clean, name="undo-clean"),
    path("sejours/<int:pk>/menu/", stays.menu, name="stay-menu"),
    path("sejours/<int:pk>/arrive/", arrivals.arrive, name="arrive"),
    path("sejours/<int:pk>/heure-prevue/", arrivals.reschedule, name="reschedule"),
    path("sejours/<int:pk>/ne-vient-pas/", arrivals.cancel, name="cancel"),
    path("sejours/<int:pk>/retablir/", arrivals.reinstate, name="reinstate"),
    path("sejours/<int:pk>/sans-lit/", stays.wait, name="wait"),
    path("sejours/<int:pk>/muter/", stays.move, name="move"),
    path("sejours/<int:pk>/echanger/", stays.swap, name="swap"),
    path("sejours/<int:pk>/lit-a-confirmer/", reconciliations.reconcile, name="reconcile"),
    path("sejours/<int:pk>/sortir/", stays.discharge, name="discharge"),
    path("sejours/<int:pk>/permission/", stays.leave, name="leave"),
    path("sejours/<int:pk>/retour/", stays.step("come-back"), name="come-back"),
    path("sejours/<int:pk>/salon/", stays.step("lounge"), name="lounge"),
    path("sejours/<int:pk>/depart/", stays.step("depart"), name="depart"),
    path("sejours/<int:pk>/deces/", stays.step("die"), name="die"),
    path("sejours/<int:pk>/depart-du-corps/", stays.step("body-left"), name="body-left"),
    path("sejours/<int:pk>/had/", stays.home_care, name="home-care"),
    path("sejours/<int:pk>/sortie-prevue/", stays.expect, name="expect"),
    path("sejours/<int:pk>/sortie-prevue/<str:certainty>/", stays.be_sure, name="be-sure"),
    path("mouvements/<int:pk>/annuler/", movements.undo, name="undo"),
    path("mouvements/<int:pk>/heure/", movements.retime, name="retime"),
]
