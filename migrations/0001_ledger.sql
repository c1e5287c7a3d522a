-- The log (insert-only), its projections, and the re-assessment queue.
-- Projections are a function of (records, ledger day, rule catalogue): `pedigreed rebuild` empties
-- and refills every table below the line.  Times are microseconds since 1970 UTC (`_us`).

CREATE TABLE record (
    seq         bigint PRIMARY KEY,
    submitter   text   NOT NULL,           -- the authenticated organisation
    on_behalf   text,                      -- whose rights the record carries, if not the submitter's
    role        text   NOT NULL,           -- of the key: submitter reader quality operator
    kind        text   NOT NULL,
    received_us bigint NOT NULL,
    key         bytea  NOT NULL,           -- 16 bytes: of the id, or of the content and its ordinal; an owner's once
    digests     bytea  NOT NULL,           -- of the commitment parts, 32 bytes each
    commitment  bytea  NOT NULL
);
CREATE UNIQUE INDEX record_by_key ON record ((coalesce(on_behalf, submitter)), key);
CREATE TABLE body (
    seq         bigint PRIMARY KEY,
    secret      bytea  NOT NULL,
    canonical   text   NOT NULL,           -- RFC 8785
    signature   bytea
);
-- One row a batch.  Two committers cannot follow the same head: `previous` is unique.
CREATE TABLE log_head (
    size        bigint PRIMARY KEY,
    previous    bigint UNIQUE,
    root        bytea,                     -- of the tree over the commitments
    epoch       bigint NOT NULL DEFAULT 0,
    day         integer NOT NULL,          -- ledger day, days since 1970-01-01
    reference   bigint NOT NULL            -- seq of the newest reference record, -1: none
);
CREATE TABLE ledger_state (                -- what changes without a record
    only_one    boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    day         integer NOT NULL,
    catalogue   text    NOT NULL,          -- rules_version() that the flags were made by
    generation  bigint  NOT NULL DEFAULT 0 -- batches that worked on the queue and appended nothing
);

----------------------------------------------------------------------------------------------

-- Reference statements by what they are about; the body holds the rest.
CREATE TABLE statement (
    kind        text   NOT NULL,           -- record kind, or 'voided'
    subject     text   NOT NULL,           -- organisation, 'maker/part key', alert number, ...
    seq         bigint NOT NULL,
    PRIMARY KEY (kind, subject, seq)
);
CREATE INDEX statement_subject ON statement (subject, kind, seq);

-- Every organisation or brand ever named; id made from the log (seq and ordinal).
CREATE TABLE organisation (
    id          bigint PRIMARY KEY,
    name        text   NOT NULL UNIQUE,    -- scheme:value normalised, or brand:...
    class       bigint NOT NULL,           -- organisations that are one today share it
    submits     boolean NOT NULL DEFAULT false
);
CREATE INDEX organisation_by_class ON organisation (class);

CREATE TABLE part (
    id          bigint PRIMARY KEY,
    maker       bigint NOT NULL,           -- organisation.id as written
    key         text   NOT NULL,           -- part_key()
    manufacturer text  NOT NULL,           -- as written; of several spellings the least
    mpn         text   NOT NULL,
    UNIQUE (maker, key)
);
CREATE INDEX part_by_key ON part (key);

CREATE TABLE lot (
    part        bigint NOT NULL,           -- 0: not described yet
    lot         bigint NOT NULL,
    holder      bigint NOT NULL,
    code        text,                      -- NULL: the joint of a transformation
    description text,                      -- what is declared of it, merged: canonical JSON
    quantity    bigint NOT NULL DEFAULT 0, -- all that came in
    balance     bigint NOT NULL DEFAULT 0,
    state       text   NOT NULL,           -- open held empty undescribed
    owner       bigint,                    -- who owns it, if not the holder
    summary     bytea  NOT NULL,           -- chain facts (ledger/chain.h)
    traced      text   NOT NULL DEFAULT '',
    grade       smallint NOT NULL DEFAULT 0,  -- enum severity
    score       integer NOT NULL DEFAULT 0,   -- parts per million
    coverage    integer NOT NULL DEFAULT 0,   -- parts per million
    PRIMARY KEY (part, lot)
) WITH (fillfactor = 60);
CREATE UNIQUE INDEX lot_by_id ON lot (lot);
CREATE INDEX lot_by_holder ON lot (holder, lot);

CREATE TABLE lot_name (
    holder      bigint NOT NULL,
    code        text   NOT NULL,
    part        bigint NOT NULL,
    lot         bigint NOT NULL,
    PRIMARY KEY (holder, code)
);

-- One event on one lot; the record's body holds what it says.
CREATE TABLE custody (
    part        bigint NOT NULL,
    lot         bigint NOT NULL,
    seq         bigint NOT NULL,
    ordinal     integer NOT NULL,          -- 0; of transformed: which input (1..) or output (1001..), joint (-1..)
    kind        text   NOT NULL,
    PRIMARY KEY (lot, seq, ordinal)
);
CREATE INDEX custody_by_seq ON custody (seq);

-- Hop links: two custody events that share a key may be two sides of one hop.
CREATE TABLE link (
    key         bigint NOT NULL,
    part        bigint NOT NULL,
    lot         bigint NOT NULL,
    seq         bigint NOT NULL,
    side        smallint NOT NULL,         -- 0 shipper; receiver: 1 consistent 2 paired 4 asserted; 3 sent to
    PRIMARY KEY (key, lot, seq, side)
);
CREATE INDEX link_by_lot ON link (lot);

-- How pieces came from lot to lot; parent 0 is a gap: the source is named or not, not recorded.
-- Stored under the child's part and, where it differs, under the parent's too (`part`).
CREATE TABLE edge (
    part        bigint NOT NULL,
    parent      bigint NOT NULL,
    child       bigint NOT NULL,
    parent_part bigint NOT NULL,
    child_part  bigint NOT NULL,
    seq         bigint NOT NULL,           -- the receipt or transformation
    ordinal     integer NOT NULL,
    out_seq     bigint,                    -- the shipment it pairs with
    quantity    bigint NOT NULL,
    standing    text   NOT NULL,           -- corroborated consistent asserted unrecorded internal
    tier        text   NOT NULL DEFAULT '',-- manufacturer aftermarket franchised ... of the source
    source      text,                      -- organisation as resolved; NULL: not recorded
    seller      text,
    reason      text   NOT NULL DEFAULT '',
    shipped     text,                      -- as written
    received    text,
    PRIMARY KEY (child, part, parent, seq, ordinal)
);
CREATE INDEX edge_by_parent ON edge (parent, part) WHERE parent <> 0;
CREATE INDEX edge_by_source ON edge (source, child) WHERE source IS NOT NULL;
CREATE INDEX edge_by_seller ON edge (seller, child) WHERE seller IS NOT NULL;

-- Marks that other lots may carry too.  `sub` is what the comparison needs of one lot.
CREATE TABLE lot_mark (
    key         bigint NOT NULL,           -- of scope, kind and value
    part        bigint NOT NULL,
    lot         bigint NOT NULL,
    kind        text   NOT NULL,           -- serial package trace date document
    value       text   NOT NULL,
    sub         text   NOT NULL,
    PRIMARY KEY (key, lot, sub)
);
CREATE INDEX lot_mark_by_lot ON lot_mark (lot);
CREATE INDEX lot_mark_by_value ON lot_mark (value, kind, lot);
-- Distinct subs of one mark: what the comparing rules see of the whole set.
CREATE TABLE mark (
    key         bigint NOT NULL,
    sub         text   NOT NULL,
    lots        bigint NOT NULL,
    PRIMARY KEY (key, sub)
);

CREATE TABLE flag (
    lot         bigint NOT NULL,
    part        bigint NOT NULL,
    rule        text   NOT NULL,
    subject     text   NOT NULL,
    version     integer NOT NULL,
    severity    smallint NOT NULL,
    state       text   NOT NULL,           -- open pending
    message     text   NOT NULL,
    evidence    text   NOT NULL,           -- canonical JSON
    since       bigint NOT NULL,           -- newest record the evidence names
    PRIMARY KEY (lot, rule, subject)
);
CREATE INDEX flag_by_rule ON flag (rule, lot, subject);
CREATE INDEX flag_by_severity ON flag (severity, lot, rule, subject);
-- When flags came and went.  A journal: no rule or clock reads it, rebuild leaves it alone; what asks it by
-- lot will bring its index.
CREATE TABLE flag_event (
    at_us       bigint NOT NULL,
    size        bigint NOT NULL,           -- of the log when it happened
    lot         bigint NOT NULL,
    rule        text   NOT NULL,
    subject     text   NOT NULL,
    severity    smallint NOT NULL,
    what        text   NOT NULL            -- raised changed cleared
);

-- The re-assessment queue: a lot, or a cursor over an index.
CREATE TABLE due (
    kind        text   NOT NULL,           -- lot record part maker party mark all
    target      bigint NOT NULL,           -- lot, seq, part, organisation, organisation, mark key, 0
    day         integer NOT NULL DEFAULT 0,-- not before this ledger day
    cause       bigint NOT NULL,           -- oldest record it waits for
    newest      bigint NOT NULL,           -- and the newest: lots named after it know of it already
    priority    smallint NOT NULL,         -- 0 holds, alerts, voids; 1 chain; 2 the rest
    position    bigint NOT NULL DEFAULT 0, -- of a cursor: the last lot done
    PRIMARY KEY (target, kind, day)
);
CREATE INDEX due_order ON due (day, priority, cause, target);
CREATE INDEX due_by_cause ON due (cause) WHERE day = 0;

-- The next lots to assess again: entries in order, cursors opened over their index.  Reads only;
-- the committer deletes what it has done and moves the cursors in its own transaction.
CREATE FUNCTION due_take(today integer, wanted integer)
RETURNS TABLE (kind text, target bigint, day integer, lot bigint)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    entry due;
    left_ integer := wanted;
    got   integer;
    upto  bigint;                          -- ids are made from the log: 65536 a record
BEGIN
    FOR entry IN
        (SELECT d.* FROM due d WHERE d.day = 0 ORDER BY d.priority, d.cause, d.target LIMIT wanted)
        UNION ALL
        (SELECT d.* FROM due d WHERE d.day > 0 AND d.day <= today
          ORDER BY d.day, d.priority, d.cause, d.target LIMIT wanted)
    LOOP
        EXIT WHEN left_ <= 0;
        IF entry.kind = 'lot' THEN
            kind := entry.kind; target := entry.target; day := entry.day; lot := entry.target;
            RETURN NEXT;
            left_ := left_ - 1;
            CONTINUE;
        END IF;
        upto := (entry.newest + 1) * 65536;
        CASE entry.kind
            WHEN 'all' THEN
                RETURN QUERY SELECT entry.kind, entry.target, entry.day, x.lot FROM lot x
                  WHERE x.lot > entry.position AND x.lot < upto ORDER BY x.lot LIMIT left_;
            WHEN 'part' THEN
                RETURN QUERY SELECT entry.kind, entry.target, entry.day, x.lot FROM lot x
                  WHERE x.part = entry.target AND x.lot > entry.position AND x.lot < upto
                  ORDER BY x.lot LIMIT left_;
            WHEN 'maker' THEN
                RETURN QUERY SELECT entry.kind, entry.target, entry.day, x.lot
                  FROM part p JOIN lot x ON x.part = p.id
                  WHERE p.maker = entry.target AND x.lot > entry.position AND x.lot < upto
                  ORDER BY x.lot LIMIT left_;
            WHEN 'party' THEN
                RETURN QUERY SELECT entry.kind, entry.target, entry.day, n.lot FROM (
                        (SELECT x.lot FROM lot x
                          WHERE x.holder = entry.target AND x.lot > entry.position AND x.lot < upto
                          ORDER BY x.lot LIMIT left_)
                   UNION (SELECT e.child FROM organisation o JOIN edge e ON e.source = o.name
                          WHERE o.id = entry.target AND e.child > entry.position AND e.child < upto
                          ORDER BY e.child LIMIT left_)
                   UNION (SELECT e.child FROM organisation o JOIN edge e ON e.seller = o.name
                          WHERE o.id = entry.target AND e.child > entry.position AND e.child < upto
                          ORDER BY e.child LIMIT left_)) n
                  ORDER BY n.lot LIMIT left_;
            WHEN 'mark' THEN
                RETURN QUERY SELECT entry.kind, entry.target, entry.day, m.lot FROM lot_mark m
                  WHERE m.key = entry.target AND m.lot > entry.position AND m.lot < upto
                  GROUP BY m.lot ORDER BY m.lot LIMIT left_;
            WHEN 'record' THEN
                RETURN QUERY SELECT entry.kind, entry.target, entry.day, c.lot FROM custody c
                  WHERE c.seq = entry.target AND c.lot > entry.position AND c.lot < upto
                  GROUP BY c.lot ORDER BY c.lot LIMIT left_;
        END CASE;
        GET DIAGNOSTICS got = ROW_COUNT;
        IF got < left_ THEN -- exhausted: lot 0 says so
            RETURN QUERY SELECT entry.kind, entry.target, entry.day, 0::bigint;
        END IF;
        left_ := left_ - got;
    END LOOP;
END $$;
-- The way up from lots that share an identity mark, and from those that new ones come from: its edges.
-- `marks` count if several lots carry them, `identities`, of what is new, in any case.
CREATE FUNCTION batch_relations(links bigint[], identities bigint[], marks bigint[])
RETURNS TABLE (lot bigint, parent bigint, proven boolean)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    frontier bigint[];
    seen     bigint[];
BEGIN
    IF cardinality(identities) + cardinality(marks) = 0 THEN -- as in most batches: nothing is started for it
        RETURN;
    END IF;
    seen := ARRAY(SELECT s.lot FROM (SELECT m.lot, count(*) OVER (PARTITION BY m.key) AS lots
                                       FROM lot_mark m WHERE m.key = ANY (marks)) s WHERE s.lots > 1
                  UNION SELECT m.lot FROM lot_mark m WHERE m.key = ANY (identities));
    IF seen = '{}' THEN
        RETURN;
    END IF;
    seen := ARRAY(SELECT unnest(seen) UNION SELECT l.lot FROM link l WHERE l.key = ANY (links));
    frontier := seen;
    FOR level IN 1..63 LOOP -- not by the index of parents
        frontier := ARRAY(SELECT e.parent FROM edge e WHERE e.child = ANY (frontier) AND nullif(e.parent, 0) IS NOT NULL
                          EXCEPT SELECT unnest(seen));
        EXIT WHEN frontier = '{}';
        seen := seen || frontier;
    END LOOP;
    RETURN QUERY SELECT e.child, e.parent, bool_or(e.standing IN ('corroborated', 'internal')) FROM edge e
      WHERE e.child = ANY (seen) AND nullif(e.parent, 0) IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2;
END $$;
CREATE TABLE dead_letter (
    at_us       bigint NOT NULL,
    kind        text   NOT NULL,
    target      bigint NOT NULL,
    reason      text   NOT NULL
);

-- Who may call.  Not a projection.
CREATE TABLE api_key (
    id          text   PRIMARY KEY,        -- public part, shown in lists
    hash        bytea  NOT NULL UNIQUE,    -- SHA-256 of the whole key
    organisation text  NOT NULL,
    role        text   NOT NULL CHECK (role IN ('submitter', 'reader', 'quality', 'operator')),
    label       text   NOT NULL DEFAULT '',
    agent_for   text[] NOT NULL DEFAULT '{}',
    created_us  bigint NOT NULL,
    revoked_us  bigint
);
