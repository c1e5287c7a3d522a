-- Whether a record uses the name, other than as whom an organisation record is about: what is said
-- of a name that nobody used changes no lot.
ALTER TABLE organisation ADD COLUMN used boolean NOT NULL DEFAULT false;
