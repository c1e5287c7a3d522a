-- Why the tier of a hop's seller is what it is, and by which record; NULL: a step inside one holder.
ALTER TABLE edge ADD COLUMN tier_why text, ADD COLUMN tier_seq bigint;

-- A certificate's number as it is compared (model/certificate.h): what a statement without a holder is about.
CREATE FUNCTION certificate_key(number text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(nullif(translate(regexp_replace(number, '[ -/:-@[-`{-~]', '', 'g'),
                                     'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'), ''), number)
$$;
CREATE INDEX statement_certificate ON statement (certificate_key(subject)) WHERE kind = 'certificate';
