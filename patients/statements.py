"""Every fact that may be stated of a stay, on one screen (french-rules §5.1 as WR-20 and WR-21 correct it).

Signed acts are *received* or *seen*, never taken on somebody’s word: only those who may sign them *say* them.
"""

from django.utils.translation import gettext_lazy as _

from amh.core.roles import Role
from patients.evidence import ANYONE, Evidence, Field, FieldKind, Theme, declare
from patients.models import Source

R = Role
PHYSICIANS = frozenset({R.PHYSICIAN.value})
CARERS = frozenset({R.PHYSICIAN.value, R.NURSE.value})
RADIATION = frozenset({R.PHYSICIST.value, R.PHYSICIAN.value})

BY_ANYONE = {Source.RECEIVED: ANYONE, Source.SEEN: ANYONE, Source.SAID: ANYONE}
RECEIVED = {Source.RECEIVED: ANYONE}


def signed_by(roles: frozenset[str]) -> dict[Source, frozenset[str]]:
    """Seen by anyone, said by those who sign."""
    return {Source.RECEIVED: ANYONE, Source.SEEN: ANYONE, Source.SAID: roles}


def only_by(roles: frozenset[str]) -> dict[Source, frozenset[str]]:
    """Seen or said by these trades alone."""
    return {Source.RECEIVED: ANYONE, Source.SEEN: roles, Source.SAID: roles}


SIGNED = signed_by(PHYSICIANS)
EXPLAINED_BY = Field("explained_by", _("explications données par"), required=True)
CONTACT = Field("contact", _("contact"))
STARTS_ON = Field("starts_on", _("première visite"), FieldKind.DATE)
RETURN_MODES = (
    ("on_foot", _("par ses moyens")),
    ("family", _("avec un proche")),
    ("taxi", _("taxi conventionné")),
    ("light_vehicle", _("véhicule sanitaire léger")),
    ("ambulance", _("ambulance")),
)
FOLLOW_UPS = (
    ("booked", _("pris")),
    ("by_patient", _("à prendre par le patient")),
    ("to_be_called", _("sera convoqué")),
)
REACHED = (("reached", _("joint")), ("message", _("message laissé")), ("not_reached", _("non joint")))

T = Theme

declare(
    [
        # Decision
        Evidence("discharge_decided", T.DECISION, _("décision médicale de sortie"), SIGNED, signed=True),
        Evidence(
            "day_surgery_form_signed", T.DECISION, _("bulletin de sortie d’ambulatoire signé"), SIGNED, signed=True
        ),
        Evidence(
            "street_fitness_authorised",
            T.DECISION,
            _("aptitude à la rue autorisée"),
            SIGNED,
            signed=True,
            fields=(Field("score", _("score"), FieldKind.NUMBER, required=True),),
        ),
        Evidence(
            "leaving_alone_allowed",
            T.DECISION,
            _("sortie sans accompagnant autorisée"),
            only_by(PHYSICIANS),
            signed=True,
        ),
        Evidence("announcement_made", T.DECISION, _("annonce faite par le médecin"), SIGNED, signed=True),
        Evidence("discharge_date_reviewed", T.DECISION, _("date de sortie revue"), BY_ANYONE, computed_by="patients"),
        # Letters and prescriptions
        Evidence("referral_letter_received", T.LETTERS, _("lettre d’adressage reçue"), BY_ANYONE),
        Evidence("letter_signed", T.LETTERS, _("lettre de liaison signée"), SIGNED, signed=True, computed_by="reports"),
        Evidence("letter_handed", T.LETTERS, _("lettre de liaison remise"), BY_ANYONE, fields=(EXPLAINED_BY,)),
        Evidence("letter_sent", T.LETTERS, _("lettre de liaison envoyée"), BY_ANYONE, computed_by="reports"),
        Evidence("prescriptions_signed", T.LETTERS, _("ordonnances de sortie signées"), SIGNED, signed=True),
        Evidence(
            "prescriptions_handed", T.LETTERS, _("ordonnances de sortie remises"), BY_ANYONE, fields=(EXPLAINED_BY,)
        ),
        Evidence("medicines_reconciled", T.LETTERS, _("conciliation des traitements faite"), SIGNED, signed=True),
        Evidence("pending_results_listed", T.LETTERS, _("résultats en attente listés"), SIGNED, signed=True),
        Evidence(
            "nursing_form_done", T.LETTERS, _("fiche de liaison infirmière faite"), signed_by(CARERS), signed=True
        ),
        Evidence(
            "sick_note_given",
            T.LETTERS,
            _("arrêt de travail remis ou télétransmis"),
            SIGNED,
            signed=True,
            fields=(Field("number", _("numéro du formulaire sécurisé")),),
        ),
        # Follow-up
        Evidence(
            "follow_up_arranged",
            T.FOLLOW_UP,
            _("rendez-vous de suivi"),
            BY_ANYONE,
            fields=(
                Field("how", _("rendez-vous"), FieldKind.CHOICE, required=True, choices=FOLLOW_UPS),
                Field("with_whom", _("avec ou par")),
                Field("before", _("le, ou avant le"), FieldKind.DATE),
            ),
            computed_by="patients",
        ),
        Evidence("tumour_board_registered", T.FOLLOW_UP, _("RCP : inscrit"), BY_ANYONE),
        Evidence("care_plan_handed", T.FOLLOW_UP, _("programme personnalisé de soins remis"), BY_ANYONE),
        Evidence("lab_order_handed", T.FOLLOW_UP, _("bilan avant la prochaine séance prescrit et remis"), BY_ANYONE),
        Evidence(
            "day_after_call_planned", T.FOLLOW_UP, _("appel du lendemain prévu"), BY_ANYONE, computed_by="patients"
        ),
        # The way back
        Evidence(
            "return_mode_decided",
            T.RETURN,
            _("mode de retour décidé"),
            SIGNED,
            signed=True,
            fields=(Field("mode", _("mode"), FieldKind.CHOICE, required=True, choices=RETURN_MODES),),
            computed_by="transports",
        ),
        Evidence(
            "transport_order_signed",
            T.RETURN,
            _("prescription de transport signée"),
            SIGNED,
            signed=True,
            computed_by="transports",
        ),
        Evidence(
            "transport_confirmed",
            T.RETURN,
            _("transport confirmé"),
            BY_ANYONE,
            fields=(
                Field("carrier", _("transporteur"), required=True),
                Field("pickup_at", _("prise en charge"), FieldKind.MOMENT),
            ),
            computed_by="transports",
        ),
        Evidence(
            "escort_confirmed",
            T.RETURN,
            _("accompagnant du retour et de la première nuit"),
            BY_ANYONE,
            fields=(Field("name", _("nom"), required=True), Field("phone", _("téléphone"))),
        ),
        Evidence("belongings_returned", T.RETURN, _("effets et valeurs rendus"), BY_ANYONE),
        # Home, or the next structure
        Evidence("home_ready", T.HOME, _("accueil au domicile ou en structure confirmé"), BY_ANYONE, fields=(CONTACT,)),
        Evidence("hospital_at_home_accepted", T.HOME, _("HAD : accord"), BY_ANYONE, fields=(CONTACT, STARTS_ON)),
        Evidence("home_care_accepted", T.HOME, _("SSIAD : accord"), BY_ANYONE, fields=(CONTACT, STARTS_ON)),
        Evidence(
            "home_nurse_accepted", T.HOME, _("infirmier libéral : accord"), BY_ANYONE, fields=(CONTACT, STARTS_ON)
        ),
        Evidence("provider_accepted", T.HOME, _("prestataire : accord"), BY_ANYONE, fields=(CONTACT, STARTS_ON)),
        Evidence("prado_accepted", T.HOME, _("PRADO : accord"), BY_ANYONE, fields=(CONTACT, STARTS_ON)),
        Evidence("medicines_available", T.HOME, _("traitements et matériel disponibles"), BY_ANYONE, fields=(CONTACT,)),
        Evidence(
            "transfer_accepted",
            T.HOME,
            _("transfert accepté par la structure"),
            BY_ANYONE,
            fields=(
                Field("physician", _("médecin qui accepte"), required=True),
                Field("bed", _("lit")),
                Field("expected_at", _("attendu à"), FieldKind.MOMENT),
            ),
        ),
        Evidence("imaging_sent", T.HOME, _("imagerie envoyée"), BY_ANYONE),
        Evidence("emergency_form_sent", T.HOME, _("fiche d’urgence transmise au SAMU"), BY_ANYONE),
        Evidence(
            "anticipated_medicines_present", T.HOME, _("prescriptions anticipées et médicaments sur place"), BY_ANYONE
        ),
        Evidence("social_assessed", T.HOME, _("évaluation sociale faite"), BY_ANYONE),
        # Care
        Evidence("instructions_given", T.CARE, _("consignes et numéro d’appel remis"), signed_by(CARERS)),
        Evidence(
            "lines_checked",
            T.CARE,
            _("voie veineuse, sonde : état noté"),
            signed_by(CARERS),
            fields=(Field("state", _("retrait ou suivi"), required=True),),
        ),
        Evidence("precautions_told", T.CARE, _("précautions annoncées au destinataire"), BY_ANYONE),
        Evidence(
            "disconnection_planned",
            T.CARE,
            _("débranchement du diffuseur organisé"),
            BY_ANYONE,
            fields=(
                Field("by_whom", _("par"), required=True),
                Field("where", _("lieu")),
                Field("planned_at", _("le"), FieldKind.MOMENT, required=True),
            ),
        ),
        # Rights and papers
        Evidence("identity_verified", T.RIGHTS, _("identité vérifiée"), RECEIVED, computed_by="patients"),
        Evidence("gp_found", T.RIGHTS, _("médecin traitant identifié"), BY_ANYONE, computed_by="patients"),
        Evidence(
            "trusted_person_asked", T.RIGHTS, _("personne de confiance proposée"), BY_ANYONE, computed_by="patients"
        ),
        Evidence("directives_asked", T.RIGHTS, _("directives anticipées évoquées"), BY_ANYONE, computed_by="patients"),
        Evidence(
            "consents_gathered",
            T.RIGHTS,
            _("information et consentements recueillis"),
            BY_ANYONE,
            computed_by="patients",
        ),
        Evidence("email_gathered", T.RIGHTS, _("courriel recueilli, questionnaire e-Satis annoncé"), BY_ANYONE),
        Evidence("coverage_settled", T.RIGHTS, _("droits et mutuelle à jour"), BY_ANYONE),
        Evidence("stay_certificate_given", T.RIGHTS, _("bulletin de situation remis"), BY_ANYONE),
        # Sessions and day surgery
        Evidence(
            "eve_call_made",
            T.SESSION,
            _("appel de la veille fait"),
            BY_ANYONE,
            fields=(Field("answer", _("réponse"), FieldKind.CHOICE, required=True, choices=REACHED),),
            computed_by="patients",
        ),
        Evidence("treatment_cleared", T.SESSION, _("feu vert du médecin pour la séance"), SIGNED, signed=True),
        Evidence("toxicity_reviewed", T.SESSION, _("tolérance revue (fait dans le DPI)"), BY_ANYONE),
        Evidence(
            "next_session_set",
            T.SESSION,
            _("prochaine séance ou fin de traitement"),
            BY_ANYONE,
            fields=(Field("next_on", _("prochaine séance"), FieldKind.DATE),),
            computed_by="patients",
        ),
        # Radiation
        Evidence(
            "dose_rate_authorised",
            T.RADIATION,
            _("sortie autorisée après mesure du débit de dose"),
            signed_by(RADIATION),
            signed=True,
            fields=(
                Field("dose_rate", _("débit à 1 m"), FieldKind.NUMBER, unit="µSv/h", required=True),
                Field("device", _("appareil")),
            ),
        ),
        Evidence(
            "source_removed",
            T.RADIATION,
            _("source retirée et inventoriée"),
            only_by(RADIATION),
            signed=True,
            fields=(Field("sources", _("nombre"), FieldKind.NUMBER, required=True),),
        ),
        Evidence(
            "radiation_advice_given",
            T.RADIATION,
            _("consignes de radioprotection remises"),
            signed_by(RADIATION),
            signed=True,
        ),
        Evidence(
            "radiation_transport_arranged",
            T.RADIATION,
            _("transport compatible organisé"),
            BY_ANYONE,
            computed_by="transports",
        ),
        Evidence(
            "room_controlled", T.RADIATION, _("chambre contrôlée avant bionettoyage"), only_by(RADIATION), signed=True
        ),
    ]
)
