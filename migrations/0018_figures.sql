-- Statistics over many lots: taken once a ledger day, of what was recorded on earlier ones (architecture 1.5).
--
-- What they are made of stands with the hops (`edge`), lots and offers.  The queue says what to take anew: an entry
-- `market` for a part, `trader` for an organisation, due on the day after something new was recorded, or at once where
-- what was known before has changed.  So a figure is a function of (records, ledger day), and `rebuild` comes to the same.
-- Prices are billionths of the currency a piece; halves are half years since the year 0; days are since 1970-01-01.

ALTER TABLE edge ADD COLUMN price bigint, ADD COLUMN currency text, -- on one edge of a hop
                 ADD COLUMN sold integer,                           -- the day that the sale is judged by
                 ADD COLUMN known integer NOT NULL DEFAULT 0;       -- ledger day of its receipt
ALTER TABLE lot ADD COLUMN bad integer,       -- ledger day on which it was first found suspect
                ADD COLUMN named integer;     -- likewise first named by its holder, else by anybody
CREATE INDEX edge_by_price ON edge (part) WHERE price IS NOT NULL;

CREATE TABLE offer (                          -- of an operator's, that stand
    seq         bigint PRIMARY KEY,
    part        bigint NOT NULL,
    seller      text,
    is_authorized boolean NOT NULL,           -- by its tier: T1 to T3
    day         integer NOT NULL,
    price       bigint,
    currency    text,
    least       bigint NOT NULL,              -- pieces from which the price is
    available   bigint,
    lead_weeks  bigint
);
CREATE INDEX offer_by_part ON offer (part);

CREATE TABLE price_figure (                   -- of one half year and the one before
    part        bigint NOT NULL,
    currency    text   NOT NULL,
    band        integer NOT NULL,             -- of quantity
    half        integer NOT NULL,
    observations bigint NOT NULL,             -- of authorized sellers if there are enough, else all
    holders     text[] NOT NULL,              -- whose prices are in it: the first eight names; none: offers alone
    median      bigint NOT NULL,
    floor       bigint,                       -- robust z is below the limit up to here; NULL: too few
    list        bigint,                       -- newest offer of an authorized seller; NULL: none
    PRIMARY KEY (part, currency, band, half)
);
CREATE TABLE market_figure (                  -- of one half year (lead, glut, typical: and the one before)
    part        bigint NOT NULL,
    half        integer NOT NULL,
    lead_weeks  bigint,                       -- shortest of authorized sellers that had none
    glut        bigint,                       -- most that one open-market seller offered at little above list
    typical     bigint,                       -- pieces bought at once, median
    holders     text[] NOT NULL,              -- whose purchases are in it
    offered     bigint NOT NULL,              -- on the open market, of each seller the most
    made        bigint NOT NULL,              -- sold by the maker; only of parts with a last shipment, as the next two
    is_proven   boolean NOT NULL,             -- both sides of all of it say so
    entered     bigint NOT NULL,              -- bought on the open market out of no recorded lot
    owners      text[] NOT NULL,              -- whose lots made and entered are of
    PRIMARY KEY (part, half)
);
CREATE TABLE seller_figure (
    seller      text   NOT NULL,              -- as resolved
    holder      bigint NOT NULL,
    lots        bigint NOT NULL,
    adverse     bigint NOT NULL,              -- of them found suspect
    hops        bigint NOT NULL,
    corroborated bigint NOT NULL,
    first_sold  integer NOT NULL,
    PRIMARY KEY (seller, holder)
);
CREATE TABLE named_lots (                     -- how many, by lot.named
    holder      bigint NOT NULL,
    day         integer NOT NULL,
    lots        bigint NOT NULL,
    PRIMARY KEY (holder, day)
);
CREATE TABLE day_figure (
    holder      bigint NOT NULL,
    day         integer NOT NULL,             -- one that stands out
    lots        bigint NOT NULL,
    usual       bigint NOT NULL,              -- at most, as a rule
    PRIMARY KEY (holder, day)
);
CREATE TABLE day_history (
    holder      bigint PRIMARY KEY,
    known_after integer NOT NULL              -- days after this one are judged
);
-- What is shown of others' lots, as it stood when it was last taken: told once a day, read by no rule; rebuild leaves it.
CREATE TABLE stock_figure (
    part        bigint NOT NULL,
    holder      bigint NOT NULL,
    lots        bigint NOT NULL,              -- traced, nothing above info flagged
    pieces      bigint NOT NULL,
    PRIMARY KEY (part, holder)
);
CREATE TABLE flag_figure (                    -- on lots that the seller sold, by when they were sold
    seller      text   NOT NULL,
    half        integer NOT NULL,
    rule        text   NOT NULL,
    holder      bigint NOT NULL,
    lots        bigint NOT NULL,
    PRIMARY KEY (seller, half, rule, holder)
);

CREATE FUNCTION figure_half(day integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT (extract(year FROM d) * 2)::integer + (extract(month FROM d) > 6)::integer FROM (SELECT date '1970-01-01' + day AS d) x
$$;
CREATE FUNCTION figure_band(pieces bigint) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT least(length(pieces::text) - 1, 5) $$;
CREATE FUNCTION figure_rounded(n numeric, digits integer) RETURNS bigint -- down, so that it moves seldom
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN n < 1 THEN NULL ELSE trunc(n, digits - length(trunc(n)::text))::bigint END
$$;

-- Prices of the parts; the rows that they have now.  Robust z by median and median deviation of ln(price), else by the
-- mean deviation (domain reference 13.2), turned round: the price at which it reaches the limit.
CREATE FUNCTION price_take(parts bigint[], today integer, enough bigint, limit_ numeric)
RETURNS SETOF price_figure
LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY
    WITH seen AS MATERIALIZED (
        SELECT e.part, e.currency, figure_band(e.quantity) AS band, figure_half(e.sold) AS half, e.price, h.name AS holder,
               e.tier IN ('manufacturer', 'aftermarket', 'franchised', 'exclusive-trace') AS good, NULL::integer AS listed
          FROM edge e JOIN lot l ON l.lot = e.child JOIN organisation h ON h.id = l.holder
         WHERE e.part = ANY (parts) AND e.price IS NOT NULL AND e.part = e.child_part AND e.known < today
           AND e.reason = 'sale' AND e.sold IS NOT NULL
        UNION ALL
        SELECT o.part, o.currency, figure_band(o.least), figure_half(o.day), o.price, NULL, o.is_authorized,
               CASE WHEN o.is_authorized THEN o.day END
          FROM offer o WHERE o.part = ANY (parts) AND o.price IS NOT NULL),
    spread AS MATERIALIZED (
        SELECT s.part, s.currency, s.band, h.half, s.price, s.holder, s.good, s.listed
          FROM seen s CROSS JOIN LATERAL (VALUES (s.half), (s.half + 1)) h(half)),
    weighed AS (
        SELECT s.*, count(*) FILTER (WHERE s.good) OVER (PARTITION BY s.part, s.currency, s.band, s.half) AS goods FROM spread s),
    ranked AS (
        SELECT w.*, row_number() OVER (g ORDER BY w.price) AS place, count(*) OVER g AS n FROM weighed w
         WHERE w.goods < enough OR w.good WINDOW g AS (PARTITION BY w.part, w.currency, w.band, w.half)),
    between_ AS (
        SELECT r.*, min(r.price) FILTER (WHERE r.place IN ((r.n + 1) / 2, r.n / 2 + 1)) OVER g AS low,
                    max(r.price) FILTER (WHERE r.place IN ((r.n + 1) / 2, r.n / 2 + 1)) OVER g AS high
          FROM ranked r WINDOW g AS (PARTITION BY r.part, r.currency, r.band, r.half)),
    medians AS (
        SELECT b.*, CASE WHEN b.low = b.high THEN b.low::numeric ELSE sqrt(b.low::numeric * b.high) END AS median FROM between_ b),
    away AS (
        SELECT m.*, greatest(m.price / m.median, m.median / m.price) AS ratio FROM medians m),
    placed AS (
        SELECT a.*, row_number() OVER (PARTITION BY a.part, a.currency, a.band, a.half ORDER BY a.ratio) AS far_place FROM away a),
    told AS (
        SELECT p.*, max(p.ratio) FILTER (WHERE p.far_place = p.n / 2 + 1) OVER (PARTITION BY p.part, p.currency, p.band, p.half) AS far
          FROM placed p),
    deviation AS MATERIALIZED ( -- of logarithms few are needed: of the middle, or, if the middle is the median, of all
        SELECT t.part, t.currency, t.band, t.half, t.n, t.median,
               avg(ln(t.ratio)) FILTER (WHERE t.far_place IN ((t.n + 1) / 2, t.n / 2 + 1)) AS mad,
               1.2533 * avg(ln(t.ratio)) FILTER (WHERE t.far = 1) AS mean,
               coalesce((array_agg(DISTINCT t.holder ORDER BY t.holder) FILTER (WHERE t.holder IS NOT NULL))[1:8], '{}') AS holders
          FROM told t GROUP BY 1, 2, 3, 4, 5, 6),
    listed AS MATERIALIZED (
        SELECT DISTINCT ON (s.part, s.currency, s.band, s.half) s.part, s.currency, s.band, s.half, s.price
          FROM spread s WHERE s.listed IS NOT NULL ORDER BY s.part, s.currency, s.band, s.half, s.listed DESC, s.price),
    taken AS MATERIALIZED (
        SELECT d.part, d.currency, d.band, d.half, d.n AS observations, d.holders, figure_rounded(d.median, 3) AS median,
               CASE WHEN d.n >= enough AND coalesce(nullif(d.mad, 0), d.mean) > 0
                    THEN figure_rounded(d.median * exp(-limit_ * coalesce(nullif(d.mad, 0) / 0.6745, d.mean)), 2) END AS floor,
               listed.price AS list
          FROM deviation d LEFT JOIN listed USING (part, currency, band, half)),
    gone AS (
        DELETE FROM price_figure f WHERE f.part = ANY (parts)
           AND (f.part, f.currency, f.band, f.half) NOT IN (SELECT t.part, t.currency, t.band, t.half FROM taken t)),
    put AS (
        INSERT INTO price_figure AS f SELECT * FROM taken
            ON CONFLICT (part, currency, band, half) DO UPDATE SET observations = excluded.observations,
               holders = excluded.holders, median = excluded.median, floor = excluded.floor, list = excluded.list
             WHERE f IS DISTINCT FROM excluded)
    SELECT t.part, t.currency, t.band, t.half, t.observations, t.holders, t.median, t.floor, t.list
      FROM taken t ORDER BY t.part, t.currency, t.band, t.half;
END $$;

-- Offers against each other, and of the parts in `ended` (that have a last shipment) who sold how much.
CREATE FUNCTION market_take(parts bigint[], ended bigint[], today integer, enough bigint, list_percent bigint)
RETURNS SETOF market_figure
LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY
    WITH offered AS MATERIALIZED (
        SELECT o.*, figure_half(o.day) AS own FROM offer o WHERE o.part = ANY (parts)),
    spread AS MATERIALIZED (
        SELECT o.*, h.half FROM offered o CROSS JOIN LATERAL (VALUES (o.own), (o.own + 1)) h(half)),
    leads AS (
        SELECT s.part, s.half, min(s.lead_weeks) AS lead_weeks FROM spread s
         WHERE s.is_authorized AND s.lead_weeks IS NOT NULL AND coalesce(s.available, 0) = 0 GROUP BY 1, 2),
    gluts AS (
        SELECT s.part, s.half, max(s.available) AS glut FROM spread s
          JOIN price_figure f ON (f.part, f.currency, f.band, f.half) = (s.part, s.currency, figure_band(s.least), s.half)
         WHERE NOT s.is_authorized AND s.price::numeric * 100 <= f.list::numeric * list_percent GROUP BY 1, 2),
    bought AS MATERIALIZED (
        SELECT e.part, h.half, e.quantity, n.name AS holder
          FROM edge e JOIN lot l ON l.lot = e.child JOIN organisation n ON n.id = l.holder
         CROSS JOIN LATERAL (VALUES (figure_half(e.sold)), (figure_half(e.sold) + 1)) h(half)
         WHERE e.part = ANY (parts) AND e.price IS NOT NULL AND e.part = e.child_part AND e.known < today
           AND e.reason = 'sale' AND e.sold IS NOT NULL),
    usual AS (
        SELECT b.part, b.half, CASE WHEN count(*) >= enough
                    THEN figure_rounded(percentile_disc(0.5) WITHIN GROUP (ORDER BY b.quantity), 1) END AS typical,
               (array_agg(DISTINCT b.holder ORDER BY b.holder))[1:8] AS holders FROM bought b GROUP BY 1, 2),
    sellers AS (
        SELECT o.part, o.own AS half, o.seller, max(o.available) AS most FROM offered o
         WHERE NOT o.is_authorized AND o.available IS NOT NULL GROUP BY 1, 2, 3),
    surplus AS (SELECT s.part, s.half, sum(s.most) AS offered FROM sellers s GROUP BY 1, 2),
    volumes AS (
        SELECT e.part, figure_half(e.sold) AS half,
               sum(e.quantity) FILTER (WHERE e.tier = 'manufacturer') AS made,
               bool_and(e.standing = 'corroborated') FILTER (WHERE e.tier = 'manufacturer') AS is_proven,
               sum(e.quantity) FILTER (WHERE e.parent = 0 AND e.tier IN ('approved', 'independent')) AS entered,
               (array_agg(DISTINCT n.name ORDER BY n.name))[1:8] AS owners
          FROM lot l JOIN edge e ON e.child = l.lot AND e.part = l.part JOIN organisation n ON n.id = l.holder
         WHERE l.part = ANY (ended) AND e.ordinal = 0 AND e.reason = 'sale' AND e.known < today AND e.sold IS NOT NULL
         GROUP BY 1, 2),
    keys AS (SELECT part, half FROM leads UNION SELECT part, half FROM gluts UNION SELECT part, half FROM usual
             UNION SELECT part, half FROM surplus UNION SELECT part, half FROM volumes),
    taken AS MATERIALIZED (
        SELECT k.part, k.half, leads.lead_weeks, gluts.glut, usual.typical, coalesce(usual.holders, '{}') AS holders,
               coalesce(figure_rounded(surplus.offered, 2), 0) AS offered, coalesce(figure_rounded(volumes.made, 2), 0) AS made,
               coalesce(volumes.is_proven, true) AS is_proven, coalesce(figure_rounded(volumes.entered, 2), 0) AS entered,
               coalesce(volumes.owners, '{}') AS owners
          FROM keys k LEFT JOIN leads USING (part, half) LEFT JOIN gluts USING (part, half) LEFT JOIN usual USING (part, half)
          LEFT JOIN surplus USING (part, half) LEFT JOIN volumes USING (part, half)),
    gone AS (
        DELETE FROM market_figure f WHERE f.part = ANY (parts)
           AND (f.part, f.half) NOT IN (SELECT t.part, t.half FROM taken t)),
    put AS (
        INSERT INTO market_figure AS f SELECT * FROM taken
            ON CONFLICT (part, half) DO UPDATE SET lead_weeks = excluded.lead_weeks, glut = excluded.glut,
               typical = excluded.typical, holders = excluded.holders, offered = excluded.offered, made = excluded.made,
               is_proven = excluded.is_proven, entered = excluded.entered, owners = excluded.owners
             WHERE f IS DISTINCT FROM excluded)
    SELECT t.part, t.half, t.lead_weeks, t.glut, t.typical, t.holders, t.offered, t.made, t.is_proven, t.entered, t.owners
      FROM taken t ORDER BY t.part, t.half;
END $$;

-- What is shown of the parts' lots.
CREATE FUNCTION stock_take(parts bigint[]) RETURNS bigint
LANGUAGE sql AS $$
    WITH taken AS MATERIALIZED (
        SELECT l.part, l.holder, count(*) AS lots, sum(l.balance)::bigint AS pieces FROM lot l
         WHERE l.part = ANY (parts) AND l.code IS NOT NULL AND l.state = 'open' AND l.balance > 0 AND l.grade <= 1
           AND l.traced IN ('manufacturer', 'authorization') GROUP BY 1, 2),
    gone AS (
        DELETE FROM stock_figure f WHERE f.part = ANY (parts)
           AND (f.part, f.holder) NOT IN (SELECT t.part, t.holder FROM taken t)),
    put AS (
        INSERT INTO stock_figure AS f SELECT * FROM taken
            ON CONFLICT (part, holder) DO UPDATE SET lots = excluded.lots, pieces = excluded.pieces
             WHERE f IS DISTINCT FROM excluded)
    SELECT count(*) FROM taken
$$;

-- What became of what these organisations sold, buyer by buyer.
CREATE FUNCTION seller_take(sellers bigint[], today integer)
RETURNS TABLE (id bigint, holder bigint, lots bigint, adverse bigint, first_sold integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH sold AS MATERIALIZED (
        SELECT s.id, s.name AS seller, e.child, l.holder, l.bad, e.sold, e.standing = 'corroborated' AS is_corroborated
          FROM organisation s JOIN edge e ON e.source = s.name JOIN lot l ON l.lot = e.child
         WHERE s.id = ANY (sellers) AND e.seller IS NULL AND e.standing <> 'internal' AND e.reason = 'sale' AND e.ordinal = 0
           AND e.part = e.child_part AND e.known < today AND e.sold IS NOT NULL
        UNION ALL
        SELECT s.id, s.name, e.child, l.holder, l.bad, e.sold, e.standing = 'corroborated'
          FROM organisation s JOIN edge e ON e.seller = s.name JOIN lot l ON l.lot = e.child
         WHERE s.id = ANY (sellers) AND e.standing <> 'internal' AND e.reason = 'sale' AND e.ordinal = 0
           AND e.part = e.child_part AND e.known < today AND e.sold IS NOT NULL),
    taken AS MATERIALIZED (
        SELECT t.id, t.seller, t.holder, count(DISTINCT t.child) AS lots,
               count(DISTINCT t.child) FILTER (WHERE t.bad < today) AS adverse, count(*) AS hops,
               count(*) FILTER (WHERE t.is_corroborated) AS corroborated, min(t.sold) AS first_sold
          FROM sold t GROUP BY 1, 2, 3),
    gone AS (
        DELETE FROM seller_figure f USING organisation s WHERE s.id = ANY (sellers) AND f.seller = s.name
           AND (f.seller, f.holder) NOT IN (SELECT t.seller, t.holder FROM taken t)),
    put AS (
        INSERT INTO seller_figure AS f
        SELECT t.seller, t.holder, t.lots, t.adverse, t.hops, t.corroborated, t.first_sold FROM taken t
            ON CONFLICT (seller, holder) DO UPDATE SET lots = excluded.lots, adverse = excluded.adverse, hops = excluded.hops,
               corroborated = excluded.corroborated, first_sold = excluded.first_sold
             WHERE f IS DISTINCT FROM excluded),
    flagged AS MATERIALIZED (
        SELECT t.seller, figure_half(t.sold) AS half, f.rule, t.holder, count(DISTINCT t.child) AS lots
          FROM sold t JOIN flag f ON f.lot = t.child WHERE f.state = 'open' AND f.severity > 1 GROUP BY 1, 2, 3, 4),
    unflagged AS (
        DELETE FROM flag_figure f USING organisation s WHERE s.id = ANY (sellers) AND f.seller = s.name
           AND (f.seller, f.half, f.rule, f.holder) NOT IN (SELECT t.seller, t.half, t.rule, t.holder FROM flagged t)),
    told AS (
        INSERT INTO flag_figure AS f SELECT * FROM flagged
            ON CONFLICT (seller, half, rule, holder) DO UPDATE SET lots = excluded.lots WHERE f.lots <> excluded.lots)
    SELECT t.id, t.holder, t.lots, t.adverse, t.first_sold FROM taken t ORDER BY t.id, t.holder;
END $$;

-- Days on which a holder named more lots than mean and deviation of the days before let expect: exponentially weighted,
-- an eighth each day that it named any.
CREATE FUNCTION day_take(asked bigint[], today integer, history integer, sigmas numeric, least_ bigint)
RETURNS TABLE (holder bigint, known_after integer, day integer, lots bigint, usual bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    who     bigint;
    r       record;
    seen    integer;
    mean    numeric;
    spread  numeric;
    far     numeric;
    most    bigint;
BEGIN
    DELETE FROM day_figure f WHERE f.holder = ANY (asked);
    DELETE FROM day_history f WHERE f.holder = ANY (asked);
    FOREACH who IN ARRAY asked LOOP
        seen := 0;
        FOR r IN SELECT n.day, n.lots FROM named_lots n WHERE n.holder = who AND n.day < today ORDER BY n.day LOOP
            IF seen >= history THEN
                most := greatest(ceil(mean + sigmas * sqrt(spread)), least_);
                IF r.lots > most THEN
                    INSERT INTO day_figure VALUES (who, r.day, r.lots, most);
                    holder := who; known_after := NULL; day := r.day; lots := r.lots; usual := most;
                    RETURN NEXT;
                END IF;
            END IF;
            far := CASE WHEN seen = 0 THEN 0 ELSE r.lots - mean END;
            mean := CASE WHEN seen = 0 THEN r.lots ELSE round(mean + far / 8, 6) END;
            spread := CASE WHEN seen = 0 THEN 0 ELSE round((spread + far * far / 8) * 7 / 8, 6) END;
            seen := seen + 1;
            IF seen = history THEN
                INSERT INTO day_history VALUES (who, r.day);
                holder := who; known_after := r.day; day := NULL; lots := NULL; usual := NULL;
                RETURN NEXT;
            END IF;
        END LOOP;
    END LOOP;
END $$;

-- As before, and figures, which weigh as much as several lots.
CREATE OR REPLACE FUNCTION due_take(today integer, wanted integer)
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
        ELSIF entry.kind IN ('market', 'trader') THEN
            kind := entry.kind; target := entry.target; day := entry.day; lot := 0; -- done in one go
            RETURN NEXT;
            left_ := left_ - 8;
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

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pedigree_daemon') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON offer, price_figure, market_figure, seller_figure, named_lots, day_figure,
              day_history, stock_figure, flag_figure TO pedigree_daemon;
    END IF;
END $$;

COMMENT ON COLUMN log_head.epoch IS 'above 0: written by a repair, of many batches at once; their ledger days are those of received_us';
