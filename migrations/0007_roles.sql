-- What the role may that serves (a member of pedigree_daemon, which owns nothing): of the log insert and read, and
-- nothing else.  A body is changed by redact_body() alone.  tests/http/roles walks all tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pedigree_daemon') THEN
        REVOKE INSERT, UPDATE, DELETE ON schema_migration FROM pedigree_daemon;
        REVOKE UPDATE, DELETE ON record, body, log_head, node, checkpoint, flag_event FROM pedigree_daemon;
        REVOKE INSERT, UPDATE, DELETE ON redaction FROM pedigree_daemon;
    END IF;
END $$;
