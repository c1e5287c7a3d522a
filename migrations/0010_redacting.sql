-- redact_body() runs with its owner's rights, and what it believed was `statement`: a projection, which whoever serves may
-- write (or shadow, by a temporary table of that name), so that any body could have been changed.  Now only redact_record()
-- is for the daemon, and it believes the log: a `redacted` of the operator's that names the record, as a record of its own.
-- `pg_temp` is named last everywhere: where it is not named it comes first, and a temporary table may have triggers.
ALTER FUNCTION redact_body SET search_path = public, pg_temp;
-- These only read what the daemon's role may read itself.
ALTER FUNCTION above SECURITY INVOKER;
ALTER FUNCTION may_see SECURITY INVOKER;
ALTER FUNCTION record_way SECURITY INVOKER;
ALTER FUNCTION record_concerns SECURITY INVOKER;
ALTER FUNCTION trace_up SECURITY INVOKER;
ALTER FUNCTION trace_down SECURITY INVOKER;
ALTER FUNCTION lot_search SECURITY INVOKER;
CREATE FUNCTION redact_record(target bigint, by_record bigint, gone integer, husk text, shown text, salts bytea, is_void boolean,
                              forget_key boolean)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.record r JOIN public.body b ON b.seq = r.seq
                    WHERE r.seq = by_record AND r.seq > target AND r.kind = 'redacted'
                      AND r.role = 'operator' AND r.on_behalf IS NULL
                      AND b.canonical::json ->> 'type' = 'redacted' AND b.canonical::json ->> 'record' = target::text) THEN
        RAISE EXCEPTION 'record % does not redact record %', by_record, target;
    END IF;
    RETURN public.redact_body(target, by_record, gone, husk, shown, salts, is_void, forget_key);
END $$;

DO $$
BEGIN
    REVOKE EXECUTE ON FUNCTION redact_body, redact_record FROM PUBLIC;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pedigree_daemon') THEN
        GRANT EXECUTE ON FUNCTION redact_record TO pedigree_daemon;
    END IF;
END $$;
