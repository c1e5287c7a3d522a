-- Signed submissions.  body.signature is what the envelope says of it ("<key id>.<digest>"), and behind a space the
-- detached JWS itself.  Nothing had been written there yet.
ALTER TABLE body DROP COLUMN signature;
ALTER TABLE body ADD COLUMN signature text;

-- Whose signatures are taken, on the ledger's own machine (`pedigreed signing-key`): whoever has got hold of an API key
-- can add none.  Rows are never taken away: what a key signed while it was in force stays signed.
CREATE TABLE signing_key (
    id          text   PRIMARY KEY,        -- RFC 7638 thumbprint
    organisation text  NOT NULL,
    public_key  bytea  NOT NULL,           -- SubjectPublicKeyInfo, DER
    label       text   NOT NULL DEFAULT '',
    from_us     bigint NOT NULL,
    until_us    bigint,
    revoked_us  bigint,
    changed_us  bigint NOT NULL
);
CREATE TABLE signing_policy (
    organisation text  PRIMARY KEY,
    is_required boolean NOT NULL,          -- a record of its that is not signed is refused
    changed_us  bigint NOT NULL
);

-- As before, and the signature goes: with it whoever guesses the contents could tell that he is right.
CREATE OR REPLACE FUNCTION redact_body(target bigint, by_record bigint, gone integer, husk text, shown text, salts bytea,
                                       is_void boolean, forget_key boolean)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM statement s WHERE s.kind = 'redacted' AND s.seq = by_record
                      AND s.subject IN ('seq:' || target, 'parts:' || target)) THEN
        RAISE EXCEPTION 'record % does not redact record %', by_record, target;
    END IF;
    UPDATE body SET canonical = husk, secret = '', signature = split_part(signature, ' ', 1) WHERE seq = target;
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

CREATE OR REPLACE VIEW shown_body AS
SELECT b.seq, coalesce(r.shown, b.canonical) AS canonical, r.parts AS redacted_parts, r.by_seq AS redacted_by, b.signature
  FROM body b
  LEFT JOIN redaction r ON r.seq = b.seq;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pedigree_daemon') THEN
        GRANT SELECT ON shown_body, signing_key, signing_policy TO pedigree_daemon;
    END IF;
END $$;
