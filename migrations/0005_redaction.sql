-- Contents that were taken away, by a record of their own (`redacted`).  Of the body stays what the ledger reads
-- instead (the husk); here stays what readers are shown, and the salts by which what is left is still proved.
CREATE TABLE redaction (
    seq         bigint PRIMARY KEY,        -- of the record
    by_seq      bigint NOT NULL,           -- of the newest `redacted`
    parts       integer NOT NULL,          -- taken away so far: a bit 1 << part
    is_void     boolean NOT NULL,          -- the facts are gone: the record counts as voided
    salts       bytea NOT NULL,            -- 32 bytes a part, zeros where it is gone
    shown       text NOT NULL              -- canonical JSON: the record without them
);

-- The only way to change a body.  It takes no more than a `redacted` in the log says, and never gives anything back.
CREATE FUNCTION redact_body(target bigint, by_record bigint, gone integer, husk text, shown text, salts bytea, is_void boolean,
                            forget_key boolean)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM statement s WHERE s.kind = 'redacted' AND s.seq = by_record
                      AND s.subject IN ('seq:' || target, 'parts:' || target)) THEN
        RAISE EXCEPTION 'record % does not redact record %', by_record, target;
    END IF;
    UPDATE body SET canonical = husk, secret = '' WHERE seq = target;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no record % to redact', target;
    END IF;
    -- The key of a record without an id is a digest of its contents: who guesses them must not find them.
    IF forget_key THEN
        UPDATE record SET key = substr(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 1, 16)
         WHERE seq = target;
    END IF;
    DELETE FROM redaction WHERE seq = target; -- it shows more
    INSERT INTO redaction (seq, by_seq, parts, is_void, salts, shown) VALUES (target, by_record, gone, is_void, salts, shown);
    RETURN true;
END $$;

-- What readers are shown of a body, and by what it was made less.
CREATE VIEW shown_body AS
SELECT b.seq, coalesce(r.shown, b.canonical) AS canonical, r.parts AS redacted_parts, r.by_seq AS redacted_by
  FROM body b
  LEFT JOIN redaction r ON r.seq = b.seq;

CREATE OR REPLACE VIEW statement_in_force AS
SELECT t.kind, t.subject, t.seq
  FROM statement t
  JOIN record r ON r.seq = t.seq
 WHERE NOT EXISTS (
       SELECT FROM statement v JOIN record w ON w.seq = v.seq
        WHERE v.kind IN ('voided', 'redacted')
          AND v.subject IN ('seq:' || t.seq,
                            'key:' || coalesce(r.on_behalf, r.submitter) || '/' || encode(r.key, 'hex'))
          AND (w.role = 'operator' AND w.on_behalf IS NULL
               OR v.kind = 'voided' AND coalesce(w.on_behalf, w.submitter) = coalesce(r.on_behalf, r.submitter)));

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pedigree_daemon') THEN
        GRANT SELECT ON redaction, shown_body, statement_in_force TO pedigree_daemon;
    END IF;
END $$;
