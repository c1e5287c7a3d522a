-- redact_record() alone, which believes the log: redact_body() asked `statement` besides, a projection that is empty while a
-- repaired ledger gets its contents back, and with them what was taken away of them since.
CREATE OR REPLACE FUNCTION redact_record(target bigint, by_record bigint, gone integer, husk text, shown text, salts bytea, is_void boolean,
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
    UPDATE public.body SET canonical = husk, secret = '', signature = split_part(signature, ' ', 1) WHERE seq = target;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no record % to redact', target;
    END IF;
    -- The key of a record without an id is a digest of its contents: who guesses them must not find them.
    IF forget_key THEN
        UPDATE public.record SET key = substr(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 1, 16)
         WHERE seq = target;
    END IF;
    DELETE FROM public.redaction WHERE seq = target; -- it shows more
    INSERT INTO public.redaction (seq, by_seq, parts, is_void, salts, shown) VALUES (target, by_record, gone, is_void, salts, shown);
    RETURN true;
END $$;
DROP FUNCTION redact_body;
