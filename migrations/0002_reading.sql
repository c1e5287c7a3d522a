-- What readers may see, and the walks over the chain that decide it (records.md 7).
-- Sights, weakest first: none customer upstream owner own.  An unknown class (NULL) sees nothing.
-- The functions run with their owner's rights and nested loops only: arrays of unknown length
-- make the planner scan whole tables otherwise.

CREATE INDEX lot_by_owner ON lot (owner, lot) WHERE owner IS NOT NULL;

-- Every lot with the classes that its holder and its owner belong to.
CREATE VIEW lot_party AS
SELECT l.part, l.lot, h.class AS holder_class, o.class AS owner_class
  FROM lot l
  JOIN organisation h ON h.id = l.holder
  LEFT JOIN organisation o ON o.id = l.owner;

-- Up to which record all causes have reached all lots, and the ledger day.
CREATE VIEW as_of AS
SELECT coalesce((SELECT min(d.cause) FROM due d WHERE d.day <= s.day) - 1, s.newest) AS seq, s.day
  FROM (SELECT coalesce((SELECT max(h.size) FROM log_head h), 0) - 1 AS newest,
               coalesce(greatest((SELECT max(l.day) FROM ledger_state l),
                                 (SELECT h.day FROM log_head h ORDER BY h.size DESC LIMIT 1)),
                        0) AS day) s;

-- Only these hops let a reader look on to what is above.
CREATE FUNCTION hop_shows(standing text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT standing IN ('corroborated', 'internal') $$;

-- 'own' or 'owner', else NULL: what a class is to a lot by itself.
CREATE FUNCTION party_sight(org_class bigint, holder_class bigint, owner_class bigint)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN holder_class = org_class THEN 'own' WHEN owner_class = org_class THEN 'owner' END
$$;

-- Everything that an organisation may see upstream: what it has, and all above that over hops that show.
CREATE FUNCTION above(org_class bigint) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    frontier bigint[];
    seen     bigint[];
BEGIN
    SELECT array_agg(n.lot) INTO frontier
      FROM (SELECT l.lot FROM organisation o JOIN lot l ON l.holder = o.id WHERE o.class = org_class
            UNION
            SELECT l.lot FROM organisation o JOIN lot l ON l.owner = o.id WHERE o.class = org_class) n;
    FOR level IN 1..64 LOOP
        EXIT WHEN frontier IS NULL;
        seen := seen || frontier;
        SELECT array_agg(n.lot) INTO frontier
          FROM (SELECT e.parent AS lot FROM unnest(frontier) f(lot) JOIN edge e ON e.child = f.lot
                 WHERE e.parent <> 0 AND e.part = e.child_part AND hop_shows(e.standing)
                EXCEPT SELECT s.lot FROM unnest(seen) s(lot)) n;
    END LOOP;
    RETURN coalesce(seen, '{}');
END $$;

-- What an organisation is to a lot.  A lot is upstream of what it has if a walk down from it,
-- over hops that show, comes to a lot that it has: breadth first, each lot once, 64 levels.  Below a
-- lot that half the world bought of, the way up from what the organisation has is the shorter one.
CREATE FUNCTION may_see(org_class bigint, asked bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    frontier bigint[] := ARRAY[asked];
    seen     bigint[] := ARRAY[asked];
    below    bigint[];
    sight    text;
BEGIN
    SELECT party_sight(org_class, p.holder_class, p.owner_class) INTO sight
      FROM lot_party p WHERE p.lot = asked;
    IF NOT FOUND OR org_class IS NULL THEN
        RETURN 'none';
    ELSIF sight IS NOT NULL THEN
        RETURN sight;
    END IF;
    FOR level IN 1..64 LOOP
        SELECT array_agg(n.lot) INTO below
          FROM (SELECT e.child AS lot FROM unnest(frontier) f(lot)
                  JOIN edge e ON e.parent = f.lot AND e.parent <> 0
                 WHERE e.part = e.child_part AND hop_shows(e.standing) LIMIT 2000) n;
        IF cardinality(below) + cardinality(seen) > 2000 THEN
            EXIT WHEN asked <> ALL (above(org_class));
            RETURN 'upstream';
        END IF;
        SELECT array_agg(n.lot) INTO frontier
          FROM (SELECT b.lot FROM unnest(below) b(lot)
                EXCEPT SELECT s.lot FROM unnest(seen) s(lot)) n;
        EXIT WHEN frontier IS NULL;
        IF EXISTS (SELECT FROM unnest(frontier) f(lot) JOIN lot_party p ON p.lot = f.lot
                    WHERE org_class IN (p.holder_class, p.owner_class)) THEN
            RETURN 'upstream';
        END IF;
        seen := seen || frontier;
    END LOOP;
    IF EXISTS (SELECT FROM edge e JOIN lot_party p ON p.lot = e.parent
                WHERE e.child = asked AND e.parent <> 0 AND e.part = e.child_part
                  AND e.standing = 'corroborated' AND org_class IN (p.holder_class, p.owner_class)) THEN
        RETURN 'customer';
    END IF;
    RETURN 'none';
END $$;

-- The lot through which an organisation may read a record: one that it has, else one upstream.
CREATE FUNCTION record_way(org_class bigint, asked bigint)
RETURNS TABLE (lot bigint, sight text, code text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    c record;
BEGIN
    FOR c IN
        SELECT x.lot, l.code, party_sight(org_class, p.holder_class, p.owner_class) AS has
          FROM (SELECT DISTINCT y.lot FROM custody y WHERE y.seq = asked) x
          JOIN lot l ON l.lot = x.lot
          JOIN lot_party p ON p.lot = x.lot
         ORDER BY 3 NULLS LAST, x.lot
    LOOP
        IF c.has IS NULL AND may_see(org_class, c.lot) = 'upstream' THEN
            c.has := 'upstream';
        END IF;
        IF c.has IS NOT NULL THEN
            RETURN QUERY SELECT c.lot, c.has, c.code;
            RETURN;
        END IF;
    END LOOP;
END $$;

-- Does a record say something of what an organisation did or has, without naming it?  An answer to a
-- record of its own; an answer about a mark or document of a lot that it has; a test of its sample;
-- an alert that reaches a lot of its.
CREATE FUNCTION record_concerns(org_class bigint, asked bigint, kind text, body jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    of_ jsonb := body -> 'of';
BEGIN
    IF kind = 'verified' AND jsonb_typeof(of_ -> 'record') = 'number' THEN
        RETURN EXISTS (SELECT FROM record r JOIN organisation o ON o.name = coalesce(r.on_behalf, r.submitter)
                        WHERE r.seq = (of_ ->> 'record')::bigint AND o.class = org_class);
    ELSIF kind = 'verified' AND of_ ? 'record' THEN -- by the id that its submitter gave
        RETURN EXISTS (SELECT FROM organisation o JOIN record r ON coalesce(r.on_behalf, r.submitter) = o.name
                        WHERE o.class = org_class
                          AND r.key = substr(sha256(convert_to('id' || chr(10) || (of_ ->> 'record'), 'UTF8')), 1, 16));
    ELSIF kind = 'verified' THEN
        RETURN EXISTS (SELECT FROM jsonb_array_elements_text(
                              coalesce(of_ -> 'traceCodes', '[]') || coalesce(of_ -> 'dateCodes', '[]')
                              || coalesce(jsonb_build_array(of_ #> '{document,number}'), '[]')) v(value)
                         JOIN lot_mark m ON m.value = v.value AND m.kind IN ('trace', 'date', 'document')
                         JOIN lot_party p ON p.lot = m.lot
                        WHERE org_class IN (p.holder_class, p.owner_class));
    END IF;
    IF kind = 'alert' THEN
        RETURN EXISTS (SELECT FROM organisation o
                        CROSS JOIN LATERAL (SELECT x.lot FROM lot x WHERE x.holder = o.id
                                            UNION ALL
                                            SELECT x.lot FROM lot x WHERE x.owner = o.id) l
                         JOIN flag f ON f.lot = l.lot AND f.rule IN ('CAP-100', 'CAP-101')
                          AND f.subject = concat_ws(' ', 'alert', body ->> 'source', body ->> 'number')
                        WHERE o.class = org_class);
    END IF;
    RETURN kind = 'inspected' AND EXISTS (
        SELECT FROM custody c
          JOIN edge e ON e.child = c.lot AND e.part = e.child_part AND e.parent <> 0
          JOIN lot_party p ON p.lot = e.parent
         WHERE c.seq = asked AND e.reason IN ('sample', 'service') AND hop_shows(e.standing)
           AND org_class IN (p.holder_class, p.owner_class));
END $$;

-- Up: one statement, as what the reader is to a lot does not hang on the way to it.  The walk takes
-- the nearest lots first and ends, told as a cut, before it costs more than some thousands of them.
CREATE FUNCTION trace_up(org_class bigint, sees_all boolean, start bigint, start_sight text,
                              most integer)
RETURNS TABLE (near bigint, far bigint, sight text, seq bigint, ordinal integer, quantity bigint,
               standing text, tier text, source text, seller text, reason text,
               shipped text, received text, cut text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    IF NOT sees_all AND (org_class IS NULL OR start_sight NOT IN ('own', 'owner', 'upstream')) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH RECURSIVE walk (is_own, there, depth, child, parent, seq, ordinal, quantity, standing, tier, source,
                         seller, reason, shipped, received) AS (
        SELECT false, start_sight, -1, 0::bigint, start, 0::bigint, 0, 0::bigint, '', '', NULL::text, NULL::text,
               '', NULL::text, NULL::text
        UNION
        SELECT w.there IN ('all', 'own', 'owner'), t.there, w.depth + 1, x.child, x.parent, x.seq, x.ordinal,
               x.quantity, x.standing, x.tier, x.source, x.seller, x.reason, x.shipped, x.received
          FROM walk w
          JOIN edge x ON x.child = w.parent AND x.part = x.child_part
         CROSS JOIN LATERAL (SELECT CASE WHEN x.parent = 0 THEN 'none' WHEN sees_all THEN 'all' ELSE coalesce(
                    (SELECT party_sight(org_class, p.holder_class, p.owner_class)
                       FROM lot_party p WHERE p.lot = x.parent),
                    CASE WHEN hop_shows(x.standing) THEN 'upstream' ELSE 'none' END) END AS there) t
         WHERE w.there <> 'none' AND w.depth < 63),
    seen AS MATERIALIZED (SELECT * FROM walk LIMIT 8 * most + 64),
    hops AS MATERIALIZED (
        SELECT x.*, row_number() OVER (ORDER BY x.depth, x.child, x.seq, x.ordinal, x.parent) AS n
          FROM (SELECT DISTINCT ON (s.child, s.seq, s.ordinal, s.parent) s.* FROM seen s WHERE s.depth >= 0
                 ORDER BY s.child, s.seq, s.ordinal, s.parent, s.depth) x
         ORDER BY n LIMIT most + 1),
    told AS (
        SELECT h.*, h.there = 'none' AND NOT h.is_own AS is_hidden FROM hops h WHERE h.n <= most)
    SELECT t.child, CASE WHEN t.there = 'none' THEN 0 ELSE t.parent END, t.there, t.seq, t.ordinal,
           CASE WHEN t.is_own OR t.there IN ('own', 'owner') THEN t.quantity END, t.standing,
           CASE WHEN t.is_hidden THEN '' ELSE t.tier END, CASE WHEN NOT t.is_hidden THEN t.source END,
           CASE WHEN NOT t.is_hidden THEN t.seller END, CASE WHEN t.is_hidden THEN '' ELSE t.reason END,
           CASE WHEN NOT t.is_hidden THEN t.shipped END, CASE WHEN NOT t.is_hidden THEN t.received END, NULL
      FROM told t
    UNION ALL
    SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           CASE WHEN c.more THEN 'size' ELSE 'depth' END
      FROM (SELECT (SELECT count(*) FROM hops) > most OR (SELECT count(*) FROM seen) >= 8 * most + 64 AS more,
                   EXISTS (SELECT FROM hops h WHERE h.depth = 63 AND h.there <> 'none' -- and there nowhere nearer
                            AND NOT EXISTS (SELECT FROM seen s WHERE h.parent IN (s.child, s.parent) AND s.depth < 63))
                       AS deeper) c
     WHERE c.more OR c.deeper;
END $$;

-- The hops below a lot, level by level, as far as the reader may know them.
-- `sight` is what the reader is to the lot at the far end; 'none' is a gap: far is 0 then, and
-- says nothing of whether that lot exists.  A row with `cut` says why the walk ended early: what is
-- not shown is not counted.
CREATE FUNCTION trace_down(org_class bigint, sees_all boolean, start bigint, start_sight text,
                           most integer)
RETURNS TABLE (near bigint, far bigint, sight text, seq bigint, ordinal integer, quantity bigint,
               standing text, tier text, source text, seller text, reason text,
               shipped text, received text, cut text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    frontier bigint[] := ARRAY[start];
    sights   text[]   := ARRAY[start_sight];
    seen     bigint[] := ARRAY[start];
    below    bigint[];
    below_sights text[];
    known    bigint[]; -- what the reader may see upstream, once it is needed
    ways     bigint[]; -- of a walk down what is upstream: the lots below that lead to the reader
    told     integer := 0;
    e        record;
    is_own   boolean;
BEGIN
    IF NOT sees_all AND (org_class IS NULL OR start_sight NOT IN ('own', 'owner', 'upstream')) THEN
        RETURN;
    END IF;
    FOR level IN 1..64 LOOP
        below := '{}';
        below_sights := '{}';
        IF 'upstream' = ANY (sights) THEN
            known := coalesce(known, above(org_class));
            SELECT coalesce(array_agg(n.lot), '{}') INTO ways
              FROM (SELECT x.child AS lot FROM unnest(frontier) f(lot)
                      JOIN edge x ON x.parent = f.lot AND x.parent <> 0
                     WHERE x.part = x.child_part AND hop_shows(x.standing)
                    INTERSECT SELECT a.lot FROM unnest(known) a(lot)) n;
        END IF;
        FOR e IN
            SELECT n.*, CASE WHEN sees_all AND n.far <> 0 THEN 'all'
                             ELSE party_sight(org_class, p.holder_class, p.owner_class) END AS there
              FROM (SELECT f.sight AS here, m.*
                      FROM unnest(frontier, sights) f(lot, sight)
                     CROSS JOIN LATERAL (
                           SELECT x.parent AS near, x.child AS far, x.* FROM edge x
                            WHERE f.sight <> 'upstream' AND x.parent = f.lot
                              AND x.parent <> 0 AND x.part = x.child_part
                           UNION ALL
                           SELECT x.parent, x.child, x.* FROM unnest(ways) w(lot)
                             JOIN edge x ON x.child = w.lot
                            WHERE f.sight = 'upstream' AND x.parent = f.lot
                              AND x.parent <> 0 AND x.part = x.child_part AND hop_shows(x.standing)) m
                     ORDER BY near, seq, ordinal, far LIMIT most - told + 1) n
              LEFT JOIN lot_party p ON p.lot = n.far AND n.far <> 0 AND NOT sees_all
             ORDER BY n.near, n.seq, n.ordinal, n.far
        LOOP
            told := told + 1;
            IF told > most THEN
                RETURN QUERY SELECT NULL::bigint, NULL::bigint, NULL, NULL::bigint, NULL::integer,
                    NULL::bigint, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'size';
                RETURN;
            END IF;
            is_own := sees_all OR e.here IN ('own', 'owner');
            IF e.there IS NULL THEN -- a customer of his own, or on the way to him
                e.there := CASE WHEN is_own THEN 'customer' ELSE 'upstream' END;
            END IF;
            IF NOT is_own AND e.there NOT IN ('own', 'owner') THEN
                e.quantity := NULL;
            END IF;
            RETURN QUERY SELECT e.near, e.far, e.there, e.seq, e.ordinal, e.quantity, e.standing,
                e.tier, e.source, e.seller, e.reason, e.shipped, e.received, NULL;
            IF e.there IN ('all', 'own', 'owner', 'upstream') AND e.far <> ALL (seen) THEN
                seen := seen || e.far;
                below := below || e.far;
                below_sights := below_sights || e.there;
            END IF;
        END LOOP;
        IF cardinality(below) = 0 THEN
            RETURN;
        END IF;
        frontier := below;
        sights := below_sights;
    END LOOP;
    RETURN QUERY SELECT NULL::bigint, NULL::bigint, NULL, NULL::bigint, NULL::integer,
        NULL::bigint, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'depth';
END $$;

-- One look into an index for each lot; an EXISTS beside an OR may be read whole and hashed instead.
CREATE FUNCTION has_mark(asked bigint, mark_kind text, mark_value text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT true FROM lot_mark m
                      WHERE m.kind = mark_kind AND m.value = mark_value AND m.lot = asked LIMIT 1), false)
$$;
CREATE FUNCTION has_flag(asked bigint, rule_id text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT true FROM flag f WHERE f.rule = rule_id AND f.lot = asked LIMIT 1), false)
$$;

-- Lots in order of their number, after `after`: candidates by the index that `path` names, kept if
-- they pass the filters and the reader may see them.  `path` own: what he has; all: operators.
-- After 4,000 candidates that are his to see anyway the last row has no sight and says where to go on;
-- after 25 of others' that fit, or 4,000 that do not, the search goes on in what he may see, so that
-- a page never tells how many lots of others there are.  Serial numbers are found only where he is shown them.
CREATE FUNCTION lot_search(org_class bigint, sees_all boolean, path text, ids bigint[],
                           mark_kind text, mark_value text, after bigint, wanted integer,
                           parts bigint[], holders bigint[], date_code text, trace_code text,
                           serial text, wanted_grade integer, rule_id text)
RETURNS TABLE (lot bigint, sight text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
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
                   AND (wanted_grade IS NULL OR l.grade = wanted_grade)
                   AND (date_code IS NULL OR has_mark(n.lot, 'date', date_code))
                   AND (trace_code IS NULL OR has_mark(n.lot, 'trace', trace_code))
                   AND (serial IS NULL OR has_mark(n.lot, 'serial', serial))
                   AND (rule_id IS NULL OR has_flag(n.lot, rule_id))
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

-- A part number as it is looked up (model/part.h), for statements kept as written.
CREATE FUNCTION part_number_key(mpn text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT upper(translate(mpn, '-_/.,+#() ', '')) $$;

-- Does a notice or an alert name this part number?  Its parts are {mpn} or {part: {mpn}}.
CREATE FUNCTION names_part(canonical text, key text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT EXISTS (SELECT FROM jsonb_array_elements(
                          CASE jsonb_typeof(canonical::jsonb -> 'parts') WHEN 'array'
                               THEN canonical::jsonb -> 'parts' ELSE '[]' END) p(item)
                    WHERE part_number_key(coalesce(p.item #>> '{part,mpn}', p.item ->> 'mpn')) = key)
$$;

-- Statements that were not taken back by who made them, or by an operator.
CREATE VIEW statement_in_force AS
SELECT t.kind, t.subject, t.seq
  FROM statement t
  JOIN record r ON r.seq = t.seq
 WHERE NOT EXISTS (
       SELECT FROM statement v JOIN record w ON w.seq = v.seq
        WHERE v.kind = 'voided'
          AND v.subject IN ('seq:' || t.seq,
                            'key:' || coalesce(r.on_behalf, r.submitter) || '/' || encode(r.key, 'hex'))
          AND (w.role = 'operator' AND w.on_behalf IS NULL
               OR coalesce(w.on_behalf, w.submitter) = coalesce(r.on_behalf, r.submitter)));

-- Whoever else runs the daemon than the schema's owner gets this role.  Roles belong to the
-- cluster: it may be there already, or not be ours to make.
DO $$
BEGIN
    BEGIN
        CREATE ROLE pedigree_daemon NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
        NULL;
    END;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pedigree_daemon') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO pedigree_daemon;
        REVOKE UPDATE, DELETE ON record, body, log_head FROM pedigree_daemon;
    END IF;
END $$;
