-- Feeds: what is pulled from registers, alert services and life-cycle sources.  The items are records of the log like any
-- other; here is where each source stands, what of it is known, and what could not be read.
CREATE TABLE feed (
    name       text    PRIMARY KEY,      -- as in the feeds file
    due_us     bigint  NOT NULL DEFAULT 0,
    asked      boolean NOT NULL DEFAULT false, -- pull now (pedigreed feed run)
    tried_us   bigint,
    done_us    bigint,                   -- the newest pull that came through
    changed_us bigint,                   -- the newest that brought something
    failures   integer NOT NULL DEFAULT 0, -- since then
    trouble    text,
    etag       text,
    modified   text,
    body       bytea,                    -- digest of the newest body
    items      bigint  NOT NULL DEFAULT 0, -- in the newest body
    records    bigint  NOT NULL DEFAULT 0  -- appended, all together
);

-- What a source last said of each thing, so that only what changed becomes a record.
CREATE TABLE feed_item (
    feed    text    NOT NULL,
    name    bytea   NOT NULL,            -- 16 bytes of a digest of what it is about
    digest  bytea   NOT NULL,
    version bigint  NOT NULL,
    PRIMARY KEY (feed, name)
);

-- Bodies of which something could not even be taken apart.
CREATE TABLE feed_body (
    digest  bytea   PRIMARY KEY,
    bytes   bytea   NOT NULL
);

-- Dead letters.
CREATE TABLE feed_dead (
    id       bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feed     text    NOT NULL,
    digest   bytea   NOT NULL,
    at_us    bigint  NOT NULL,           -- first and last met
    last_us  bigint  NOT NULL,
    times    bigint  NOT NULL DEFAULT 1,
    place    text    NOT NULL,           -- address or file
    line     bigint  NOT NULL,
    pointer  text    NOT NULL,           -- member that is wrong
    reason   text    NOT NULL,
    item     text,                       -- NULL: the whole body, of this format
    format   integer,
    body     bytea,
    again    boolean NOT NULL DEFAULT false, -- to be tried again
    UNIQUE (feed, digest)
);
CREATE INDEX feed_dead_again ON feed_dead (feed, id) WHERE again;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pedigree_daemon') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON feed, feed_item, feed_body, feed_dead TO pedigree_daemon;
    END IF;
END $$;
