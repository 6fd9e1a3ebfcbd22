"""Where people work now: their units, those they cover, and their duties; and what a wall screen shows."""

# A cover or a duty holds from its first instant to its last, that one excluded, as every time range here.
POSTINGS = """
SELECT user_id, 'unit', unit_id FROM wards_membership
WHERE valid_from <= %(at)s AND (valid_until IS NULL OR valid_until > %(at)s)
UNION ALL
SELECT user_id, 'unit', unit_id FROM wards_cover WHERE starts_at <= %(at)s AND ends_at > %(at)s
UNION ALL
SELECT account_id, 'unit', unit_id FROM wards_screen JOIN wards_screen_units ON screen_id = wards_screen.id
UNION ALL
SELECT user_id, 'on_call', unit_id FROM wards_duty WHERE starts_at <= %(at)s AND ends_at > %(at)s
"""
