-- What a holder sees of its lots for its own eyes, where that differs from everybody's view (architecture 1.10): under its
-- own policy, and with what it keeps for itself.  Whoever else looks sees lot and flag.
CREATE TABLE own_view (
    lot         bigint PRIMARY KEY,
    grade       smallint NOT NULL,
    score       integer NOT NULL,
    coverage    integer NOT NULL
);
-- All flags of such a lot, not only those that differ.
CREATE TABLE own_flag (
    lot         bigint NOT NULL,
    part        bigint NOT NULL,
    rule        text   NOT NULL,
    subject     text   NOT NULL,
    version     integer NOT NULL,
    severity    smallint NOT NULL,
    state       text   NOT NULL,
    message     text   NOT NULL,
    evidence    text   NOT NULL,
    since       bigint NOT NULL,
    PRIMARY KEY (lot, rule, subject)
);

-- Whether readers of that class have their own view of the lot; an unknown class (NULL) has none.
CREATE FUNCTION sees_own(org_class bigint, asked bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT h.class = org_class FROM own_view v JOIN lot l ON l.lot = v.lot
                       JOIN organisation h ON h.id = l.holder WHERE v.lot = asked), false)
$$;
CREATE FUNCTION grade_seen(org_class bigint, asked bigint, grade smallint) RETURNS smallint
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN sees_own(org_class, asked) THEN (SELECT v.grade FROM own_view v WHERE v.lot = asked) ELSE grade END
$$;
CREATE FUNCTION flags_seen(org_class bigint, asked bigint) RETURNS SETOF flag
LANGUAGE sql STABLE ROWS 5 AS $$
    SELECT * FROM flag f WHERE f.lot = asked AND NOT sees_own(org_class, asked)
    UNION ALL
    SELECT * FROM own_flag f WHERE f.lot = asked AND sees_own(org_class, asked)
$$;
CREATE FUNCTION has_flag_seen(org_class bigint, asked bigint, rule_id text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN sees_own(org_class, asked)
                THEN coalesce((SELECT true FROM own_flag f WHERE f.rule = rule_id AND f.lot = asked LIMIT 1), false)
                ELSE has_flag(asked, rule_id) END
$$;

-- As before (0002), but that grade and rule are asked of the lot as the reader sees it.
CREATE OR REPLACE FUNCTION lot_search(org_class bigint, sees_all boolean, path text, ids bigint[],
                           mark_kind text, mark_value text, after bigint, wanted integer,
                           parts bigint[], holders bigint[], date_code text, trace_code text,
                           serial text, wanted_grade integer, rule_id text)
RETURNS TABLE (lot bigint, sight text)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    place  bigint := after;
    seen   bigint[]; -- of path 'seen'
    looked integer := 0;
    asked  integer := 0;
    found_ integer := 0;
    got    integer;
    c      record;
BEGIN
    IF NOT sees_all AND (org_class IS NULL OR path IN ('all', 'rule')) THEN
        RETURN;
    END IF;
    LOOP
        got := 0;
        FOR c IN
            SELECT n.lot, party_sight(org_class, p.holder_class, p.owner_class) AS has,
                   (parts IS NULL OR l.part = ANY (parts))
                   AND (holders IS NULL OR l.holder = ANY (holders))
                   AND (wanted_grade IS NULL OR grade_seen(org_class, n.lot, l.grade) = wanted_grade)
                   AND (date_code IS NULL OR has_mark(n.lot, 'date', date_code))
                   AND (trace_code IS NULL OR has_mark(n.lot, 'trace', trace_code))
                   AND (serial IS NULL OR has_mark(n.lot, 'serial', serial))
                   AND (rule_id IS NULL OR has_flag_seen(org_class, n.lot, rule_id))
                   AND l.code IS NOT NULL AS fits
              FROM (
                   SELECT x.lot FROM (SELECT DISTINCT m.lot FROM lot_mark m WHERE path = 'mark'
                        AND m.kind = mark_kind AND m.value = mark_value AND m.lot > place
                        ORDER BY m.lot LIMIT 500) x
                   UNION SELECT x.lot FROM unnest(ids) i(id) CROSS JOIN LATERAL (
                        SELECT y.lot FROM lot y WHERE path = 'part' AND y.part = i.id
                        AND y.lot > place ORDER BY y.lot LIMIT 500) x
                   UNION SELECT x.lot FROM unnest(ids) i(id) CROSS JOIN LATERAL (
                        SELECT y.lot FROM lot y WHERE path IN ('holder', 'own') AND y.holder = i.id
                        AND y.lot > place ORDER BY y.lot LIMIT 500) x
                   UNION SELECT x.lot FROM unnest(ids) i(id) CROSS JOIN LATERAL (
                        SELECT y.lot FROM lot y WHERE path = 'own' AND y.owner = i.id
                        AND y.lot > place ORDER BY y.lot LIMIT 500) x
                   UNION SELECT x.lot FROM (SELECT DISTINCT f.lot FROM flag f WHERE path = 'rule'
                        AND f.rule = rule_id AND f.lot > place ORDER BY f.lot LIMIT 500) x
                   UNION SELECT x.lot FROM (SELECT y.lot FROM lot y WHERE path = 'all'
                        AND y.lot > place ORDER BY y.lot LIMIT 500) x
                   UNION SELECT x.lot FROM (SELECT s.lot FROM unnest(seen) s(lot) WHERE path = 'seen'
                        AND s.lot > place ORDER BY s.lot LIMIT 500) x
                   ORDER BY 1 LIMIT 500) n
              JOIN lot l ON l.lot = n.lot
              JOIN lot_party p ON p.lot = n.lot
             ORDER BY n.lot
        LOOP
            got := got + 1;
            looked := looked + 1;
            place := c.lot;
            CONTINUE WHEN NOT c.fits;
            IF sees_all THEN
                c.has := 'all';
            ELSIF c.has IS NULL AND path = 'seen' AND serial IS NULL THEN
                c.has := 'upstream';
            ELSIF c.has IS NULL AND path <> 'own' AND serial IS NULL THEN
                asked := asked + 1;
                IF asked > 25 THEN
                    place := c.lot - 1;
                    EXIT;
                ELSIF may_see(org_class, c.lot) = 'upstream' THEN
                    c.has := 'upstream';
                END IF;
            END IF;
            CONTINUE WHEN c.has IS NULL;
            RETURN QUERY SELECT c.lot, c.has;
            found_ := found_ + 1;
            IF found_ >= wanted THEN
                RETURN;
            END IF;
        END LOOP;
        IF asked > 25 OR (looked >= 4000 AND NOT sees_all AND path NOT IN ('own', 'seen')) THEN
            seen := above(org_class);
            path := 'seen';
            asked := 0;
            looked := 0;
        ELSIF got < 500 THEN
            RETURN;
        ELSIF looked >= 4000 THEN
            RETURN QUERY SELECT place, NULL::text;
            RETURN;
        END IF;
    END LOOP;
END $$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pedigree_daemon') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON own_view, own_flag TO pedigree_daemon;
    END IF;
END $$;
