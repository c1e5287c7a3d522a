-- Whether a record uses the name, other than as whom an organisation record is about: what is said
-- of a name that nobody used changes no lot.
ALTER TABLE organisation ADD COLUMN used boolean NOT NULL DEFAULT false;

-- A name keeps the lot that it meant first (`own`).  While several holders are one, their names
-- with one code mean one lot (`lot`): ledger/regroup.c.
ALTER TABLE lot_name ADD COLUMN own bigint;
UPDATE lot_name SET own = lot;
ALTER TABLE lot_name ALTER COLUMN own SET NOT NULL;
CREATE INDEX lot_name_shadow ON lot_name (lot) WHERE lot <> own;
