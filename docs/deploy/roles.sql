-- What the program may do with its tables when it is not their owner: everything but take away what was read or done.
-- Run as the owner (the role of the migration), after each `manage.py migrate`.
GRANT USAGE ON SCHEMA public TO amh_program;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO amh_program;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO amh_program;
REVOKE UPDATE, DELETE, TRUNCATE ON core_accesstrace, core_auditentry, core_traceseal FROM amh_program;
