-- The Merkle tree over the records' commitments (RFC 6962, cut into tiles of 256 as C2SP tlog-tiles does).
-- Leaf `seq` is the commitment of record `seq`; of the tree only what is not cheap to make anew is kept: the
-- roots of complete subtrees of 256^level records.  Insert-only, as are log_head.root and the checkpoints.

CREATE TABLE node (
    level       integer NOT NULL CHECK (level BETWEEN 1 AND 7),
    index       bigint  NOT NULL,          -- of the records from index * 256^level on
    hash        bytea   NOT NULL,
    PRIMARY KEY (level, index)
);
-- What was signed, after COMMIT, and anchored outside of PostgreSQL before anybody was told: some sizes, not all.
CREATE TABLE checkpoint (
    size        bigint PRIMARY KEY,
    note        text   NOT NULL
);
COMMENT ON COLUMN log_head.root IS 'of the tree of so many records; NULL: the ledger has no log key';
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pedigree_daemon') THEN
        GRANT SELECT, INSERT ON node, checkpoint TO pedigree_daemon;
    END IF;
END $$;
