-- What the board shows now, as bare SQL: the statement of patients/queries/occupancy.py, its parameters filled in.
WITH placed AS (
    SELECT id, bed_id, unit_id, stay_id, wanted_bed_id, starts_at, ends_at FROM patients_placement
    WHERE bed_id IS NOT NULL AND COALESCE(ends_at, 'infinity'::timestamptz) > now() AND starts_at <= now()
    UNION ALL
    SELECT id, bed_id, unit_id, stay_id, wanted_bed_id, starts_at, ends_at FROM patients_placement
    WHERE bed_id IS NULL AND COALESCE(ends_at, 'infinity'::timestamptz) > now() AND starts_at <= now()
), promised AS (
    SELECT id, bed_id, stay_id, starts_at, expected_at FROM patients_reservation
    WHERE released_at IS NULL AND starts_at <= now() AND ends_at > LEAST(now(), now())
)
SELECT bed.id, bed.label, bed.kind, bed.to_be_referenced, room.label, unit.id, unit.code,
       closure.kind, closure.reason, closure.ends_at,
       place.starts_at, kept.expected_at, vacated.ends_at, cleaned.done_at,
       stay.id, stay.kind, stay.admitted_at, stay.expected_discharge_at, stay.expected_discharge_certainty,
       home.id, home.name,
       patient.id, patient.birth_name, patient.used_name, patient.first_names, patient.used_first_name,
       patient.birth_date, patient.sex,
       patient.protected OR stay.protected OR COALESCE(gone.died, false), patient.homonym,
       stay.state, gone.departs_since, gone.departs_at, COALESCE(gone.died, false), leave.effective_at,
       CASE WHEN leave.effective_at IS NOT NULL THEN stay.on_leave_until END, claim.stay_id,
       closure.starts_at, kept.starts_at, COALESCE(elsewhere.name, ''), COALESCE(apart.kinds, ''),
       goes.room, goes.bed, goes.expected_at
FROM wards_bed bed
JOIN wards_room room ON room.id = bed.room_id
JOIN wards_unit unit ON unit.id = room.unit_id
LEFT JOIN (
    SELECT DISTINCT ON (bed_id) bed_id, kind, reason, starts_at, ends_at FROM wards_closure
    WHERE starts_at <= now() AND (ends_at IS NULL OR ends_at > now()) ORDER BY bed_id, kind DESC
) closure ON closure.bed_id = bed.id
LEFT JOIN placed place ON place.bed_id = bed.id
LEFT JOIN promised kept ON kept.bed_id = bed.id
LEFT JOIN LATERAL (
    SELECT name FROM placed JOIN wards_unit ON wards_unit.id = unit_id
    WHERE stay_id = kept.stay_id AND place.id IS NULL LIMIT 1
) elsewhere ON true
LEFT JOIN LATERAL (
    SELECT ends_at FROM patients_placement
    WHERE bed_id = bed.id AND COALESCE(ends_at, 'infinity'::timestamptz) <= now()
        AND place.id IS NULL AND bed.kind = 'bed' AND stay_id IS DISTINCT FROM kept.stay_id
    ORDER BY COALESCE(ends_at, 'infinity'::timestamptz) DESC LIMIT 1
) vacated ON true
LEFT JOIN LATERAL (
    SELECT done_at FROM wards_cleaning
    WHERE vacated.ends_at IS NOT NULL
        AND bed_id = bed.id AND cancelled_at IS NULL AND done_at <= now() AND done_at >= vacated.ends_at LIMIT 1
) cleaned ON true
LEFT JOIN LATERAL (
    SELECT * FROM patients_stay WHERE id = COALESCE(place.stay_id, kept.stay_id) LIMIT 1
) stay ON true
LEFT JOIN wards_unit home ON home.id = stay.unit_id
LEFT JOIN patients_patient patient ON patient.id = stay.patient_id
LEFT JOIN LATERAL (
    SELECT CASE WHEN stay.state = 'discharged' AND stay.discharged_at <= now() THEN stay.discharged_at END
               AS departs_since,
           CASE WHEN stay.state = 'discharged' AND stay.discharged_at <= now() THEN place.ends_at END AS departs_at,
           (stay.state = 'deceased' OR stay.exit_mode = 'death') AND COALESCE(patient.deceased_at, now()) <= now()
               AS died
    WHERE place.id IS NOT NULL
) gone ON true
LEFT JOIN LATERAL (
    SELECT effective_at FROM patients_movement
    WHERE stay_id = stay.id AND stay.state = 'on_leave' AND place.id IS NOT NULL
        AND kind = 'leave' AND cancelled_at IS NULL AND effective_at <= now()
    ORDER BY effective_at DESC LIMIT 1
) leave ON true
LEFT JOIN LATERAL (
    SELECT string_agg(kind, ' ' ORDER BY kind) AS kinds FROM patients_flag
    WHERE patient_id = stay.patient_id AND kind = ANY(ARRAY['airborne_precautions', 'contact_precautions', 'droplet_precautions', 'protective_isolation'])
        AND starts_at <= now() AND (ends_at IS NULL OR ends_at > now())
) apart ON true
LEFT JOIN LATERAL (
    SELECT chamber.label AS room, there.label AS bed, expected_at
    FROM promised JOIN wards_bed there ON there.id = bed_id JOIN wards_room chamber ON chamber.id = room_id
    WHERE stay_id = place.stay_id AND bed_id <> bed.id LIMIT 1
) goes ON true
LEFT JOIN (
    SELECT DISTINCT ON (wanted_bed_id) wanted_bed_id, stay_id FROM placed
    WHERE bed_id IS NULL AND wanted_bed_id IS NOT NULL
    ORDER BY wanted_bed_id, starts_at, id
) claim ON claim.wanted_bed_id = bed.id
WHERE (place.id IS NOT NULL
    OR bed.valid_from <= now() AND (bed.valid_until IS NULL OR bed.valid_until > now())
    AND room.valid_from <= now() AND (room.valid_until IS NULL OR room.valid_until > now()))
  AND (NULL::bigint[] IS NULL OR unit.id = ANY(NULL))
  AND (NULL::bigint[] IS NULL OR bed.id = ANY(NULL))
ORDER BY unit.position, unit.name, length(room.label), room.label, length(bed.label), bed.label;
