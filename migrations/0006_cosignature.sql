-- What witnesses signed of the log's checkpoints (C2SP tlog-cosignature), each line as it came and was checked.  Insert-only.
CREATE TABLE cosignature (
    key         text   NOT NULL,           -- the witness's verifier key
    size        bigint NOT NULL,           -- of the checkpoint
    line        text   NOT NULL,
    PRIMARY KEY (key, size)
);
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pedigree_daemon') THEN
        GRANT SELECT, INSERT ON cosignature TO pedigree_daemon;
    END IF;
END $$;
