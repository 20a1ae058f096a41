-- Posting: one call that locks, picks lots, refuses by name and writes.

CREATE TYPE ledger.leg AS (
    i integer, day date, from_name text, to_name text, from_id bigint, to_id bigint,
    from_spec jsonb, to_spec jsonb, pollutant text, grams bigint, lot bigint, lot_name text,
    free boolean, brought boolean, prefer text
);

-- Read the legs of all requests, with the accounts that stand already.
CREATE FUNCTION ledger.read_legs(requests jsonb) RETURNS ledger.leg[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
    SELECT coalesce(array_agg(ROW (l.i, l.day, l.from_name, l.to_name,
                          (SELECT f.id FROM public.reserve_account AS f
                            WHERE f.name = l.from_name),
                          (SELECT t.id FROM public.reserve_account AS t
                            WHERE t.name = l.to_name),
                          l.from_spec, l.to_spec, l.pollutant, l.grams, l.lot,
                          CASE WHEN l.source IS NOT NULL
                               THEN (l.source ->> 'kind') || '/' || (l.source ->> 'number') || '/'
                                    || l.pollutant
                               ELSE (SELECT o.name FROM public.reserve_lot AS o
                                      WHERE o.id = l.lot) END,
                          l.from_spec ->> 'kind' IN ('ORIGIN', 'OUTSIDE'),
                          l.source IS NOT NULL, l.prefer)::ledger.leg ORDER BY l.i, l.j), '{}')
      FROM (SELECT r.i::integer AS i, (r.body ->> 'effective_on')::date AS day, g.j, g."from" AS from_spec, g."to" AS to_spec,
                   ledger.account_name(g."from", g.pollutant) AS from_name,
                   ledger.account_name(g."to", g.pollutant) AS to_name,
                   g.pollutant, g.grams, g.lot, g.source, coalesce(g.prefer, 'oldest') AS prefer
              FROM jsonb_array_elements(requests) WITH ORDINALITY AS r (body, i),
                   ROWS FROM (jsonb_to_recordset(r.body -> 'legs') AS (
                       "from" jsonb, "to" jsonb, pollutant text, grams bigint, lot bigint,
                       source jsonb, prefer text)) WITH ORDINALITY
                       AS g ("from", "to", pollutant, grams, lot, source, prefer, j)) AS l);
END
$$;

CREATE FUNCTION ledger.open_accounts(legs ledger.leg[]) RETURNS void
LANGUAGE sql VOLATILE AS $$
    INSERT INTO public.reserve_account
           (kind, place_id, polluter_id, city, pollutant, case_number, may_be_negative)
    SELECT w.spec ->> 'kind', w.spec ->> 'place', (w.spec ->> 'polluter')::bigint,
           coalesce(w.spec ->> 'city', ''), w.pollutant, coalesce(w.spec ->> 'case', ''),
           w.spec ->> 'kind' IN ('ORIGIN', 'OUTSIDE')
      FROM (SELECT DISTINCT ON (n.name) n.name, n.spec, l.pollutant
              FROM unnest(legs) AS l,
                   LATERAL (VALUES (l.from_id, l.from_name, l.from_spec),
                                   (l.to_id, l.to_name, l.to_spec)) AS n (id, name, spec)
             WHERE n.id IS NULL ORDER BY n.name) AS w
    ON CONFLICT DO NOTHING
$$;

-- Choose the lots that each leg draws: oldest first, those of Lake Tai first or last where asked.
CREATE FUNCTION ledger.pick(legs ledger.leg[]) RETURNS ledger.move[]
LANGUAGE plpgsql AS $$
DECLARE
    moves ledger.move[] := '{}';
    leg ledger.leg;
    -- The stock to draw on, by account, oldest lot first; s_left shrinks as legs take from it.
    s_account bigint[]; s_lot bigint[]; s_name text[]; s_full bigint[]; s_left bigint[];
    s_tai boolean[]; s_last date[];
    start integer; k integer; passes integer; missing bigint; free bigint;
BEGIN
    SELECT array_agg(s.account_id), array_agg(s.lot_id), array_agg(s.name), array_agg(s.grams),
           array_agg(s.lake_tai), array_agg(s.last_effective_on)
      INTO s_account, s_lot, s_name, s_full, s_tai, s_last
      FROM (SELECT b.account_id, b.lot_id, o.name, b.grams, o.lake_tai, b.last_effective_on
              FROM public.reserve_balance AS b JOIN public.reserve_lot AS o ON o.id = b.lot_id
             WHERE b.account_id = ANY (ARRAY(SELECT l.from_id FROM unnest(legs) AS l
                                              WHERE NOT l.brought))
               AND b.grams > 0 AND NOT b.may_be_negative
             ORDER BY b.account_id, o.vintage, o.id) AS s;
    s_left := s_full;

    FOREACH leg IN ARRAY legs LOOP
        IF leg.free THEN
            moves := moves
                || ROW (leg.i, leg.from_id, leg.from_name, leg.lot, leg.lot_name, leg.pollutant,
                        -leg.grams)::ledger.move
                || ROW (leg.i, leg.to_id, leg.to_name, leg.lot, leg.lot_name, leg.pollutant,
                        leg.grams)::ledger.move;
            CONTINUE;
        END IF;

        missing := leg.grams;
        start := array_position(s_account, leg.from_id);
        passes := CASE WHEN leg.prefer = 'oldest' THEN 1 ELSE 2 END;
        FOR pass IN 1 .. passes LOOP
            k := start;
            WHILE missing > 0 AND s_account[k] = leg.from_id LOOP
                IF s_left[k] > 0 AND (leg.lot IS NULL OR leg.lot = s_lot[k])
                   AND (passes = 1 OR s_tai[k] = ((pass = 1) = (leg.prefer = 'lake_tai_first')))
                THEN
                    free := s_left[k];
                    IF s_last[k] > leg.day THEN
                        -- Back-dated: only what no later day needs.
                        free := least(free, guard.lowest_from(leg.from_id, s_lot[k], leg.day)
                                            - (s_full[k] - s_left[k]));
                    END IF;
                    free := least(free, missing);
                    IF free > 0 THEN
                        s_left[k] := s_left[k] - free;
                        missing := missing - free;
                        moves := moves
                            || ROW (leg.i, leg.from_id, leg.from_name, s_lot[k], s_name[k],
                                    leg.pollutant, -free)::ledger.move
                            || ROW (leg.i, leg.to_id, leg.to_name, s_lot[k], s_name[k],
                                    leg.pollutant, free)::ledger.move;
                    END IF;
                END IF;
                k := k + 1;
            END LOOP;
        END LOOP;
        IF missing > 0 THEN
            PERFORM ledger.refuse('QR003', 'no_balance_falls_below_zero', '余额不足',
                jsonb_build_object('account', leg.from_name, 'pollutant', leg.pollutant,
                    'wanted', leg.grams, 'available', leg.grams - missing, 'lot', leg.lot,
                    'effective_on', leg.day));
        END IF;
    END LOOP;
    RETURN moves;
END
$$;

CREATE FUNCTION ledger.post_many(requests jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off AS $$
DECLARE
    heads ledger.head[];
    head ledger.head;
    legs ledger.leg[];
    leg ledger.leg;
    answers jsonb[];
    sources jsonb;
    -- Where a request draws on what an earlier one of this call put in, a new stroke begins.
    strokes integer[];
    credited bigint[] := '{}';
    pending bigint[] := '{}';
    locked bigint[] := '{}';
    opens boolean := false;
    brings boolean := false;
    at integer := 0;
BEGIN
    IF coalesce(current_setting('quota.person', true), '') = '' THEN
        PERFORM ledger.refuse('QL008', 'no_transfer_is_without_a_person', '无经办人，不得登记',
                              '{}');
    END IF;
    SELECT array_agg(ROW (r.i, r.kind, r.key, sha256(convert_to(r.body::text, 'UTF8')),
                          coalesce(r.document, ''), r.effective_on, coalesce(r.clause, ''),
                          coalesce(r.reason, ''), NULL, r.prepared_by)::ledger.head ORDER BY r.i)
      INTO heads
      FROM ROWS FROM (jsonb_array_elements(requests),
                      jsonb_to_recordset(requests) AS (
                          kind text, key text, document text, effective_on date, clause text,
                          reason text, prepared_by bigint)) WITH ORDINALITY
           AS r (body, kind, key, document, effective_on, clause, reason, prepared_by, i);
    IF heads IS NULL THEN
        RETURN '[]';
    END IF;

    FOREACH head IN ARRAY heads LOOP
        IF head.kind IN ('VOID', 'REVERSAL') THEN
            PERFORM ledger.refuse('QR002', 'voids_and_reversals_have_their_own_function',
                                  '作废与冲正有专门的办理方式', '{}');
        END IF;
    END LOOP;

    -- ── Repeats get the first answer ──
    answers := ledger.first_answers(heads);
    IF array_position(answers, NULL) IS NULL THEN
        RETURN to_jsonb(answers);
    END IF;

    -- ── Accounts, opened on first use, and what comes in ──
    legs := ledger.read_legs(requests);
    FOREACH leg IN ARRAY legs LOOP
        IF coalesce(leg.grams, 0) <= 0 OR leg.from_name IS NULL OR leg.to_name IS NULL
           OR leg.from_name = leg.to_name
           OR leg.prefer NOT IN ('oldest', 'lake_tai_last', 'lake_tai_first')
           OR (leg.lot IS NOT NULL AND leg.lot_name IS NULL)
           -- What comes from nowhere in the stock says from which paper; nothing else may.
           OR (leg.free AND NOT leg.brought AND leg.lot IS NULL)
           OR (leg.brought AND NOT leg.free) THEN
            PERFORM ledger.refuse('QR002', 'a_leg_says_from_where_to_where_and_how_much',
                '分录须写明从何处、到何处、多少（正整数克）', jsonb_build_object(
                    'from', leg.from_name, 'to', leg.to_name, 'grams', leg.grams));
        END IF;
        opens := opens OR leg.from_id IS NULL OR leg.to_id IS NULL;
        brings := brings OR leg.brought;
    END LOOP;
    IF opens THEN
        PERFORM ledger.open_accounts(legs);
        legs := ledger.read_legs(requests);
    END IF;
    IF brings THEN
        SELECT jsonb_agg((g.leg -> 'source') || jsonb_build_object(
                             'i', r.i, 'pollutant', g.leg -> 'pollutant'))
          INTO sources
          FROM jsonb_array_elements(requests) WITH ORDINALITY AS r (body, i),
               jsonb_array_elements(r.body -> 'legs') AS g (leg)
         WHERE g.leg ? 'source' AND answers[r.i] IS NULL;
    END IF;

    -- ── Locks: debts, then accounts ──
    IF sources IS NOT NULL THEN
        PERFORM guard.lock_debt(d.place, d.pollutant)
           FROM (SELECT DISTINCT s ->> 'place' AS place, s ->> 'pollutant' AS pollutant
                   FROM jsonb_array_elements(sources) AS s ORDER BY 1, 2) AS d;
    END IF;
    -- Where mass comes from nobody waits: its balances are those of new lots.
    FOREACH leg IN ARRAY legs LOOP
        locked := locked || leg.to_id;
        IF NOT leg.free THEN
            locked := locked || leg.from_id;
        END IF;
    END LOOP;
    PERFORM ledger.lock_accounts(locked);

    -- ── Pick and write, in as few strokes as the order of things allows ──
    IF array_length(heads, 1) = 1 THEN
        RETURN to_jsonb(ledger.write(heads, ledger.pick(legs), sources));
    END IF;
    strokes := ARRAY[1];
    FOREACH leg IN ARRAY legs LOOP
        CONTINUE WHEN answers[leg.i] IS NOT NULL;
        IF leg.i <> at THEN
            at := leg.i;
            credited := credited || pending;
            pending := '{}';
        END IF;
        IF array_position(credited, leg.from_id) IS NOT NULL THEN
            strokes := strokes || leg.i;
            credited := '{}';
        END IF;
        pending := pending || leg.to_id;
    END LOOP;
    FOR s IN 1 .. array_length(strokes, 1) LOOP
        answers := ledger.write_stroke(heads, legs, sources, answers, strokes[s],
                                       coalesce(strokes[s + 1] - 1, array_length(heads, 1)));
    END LOOP;
    RETURN to_jsonb(answers);
END
$$;

CREATE FUNCTION ledger.write_stroke(
    heads ledger.head[], legs ledger.leg[], sources jsonb, answers jsonb[], first integer,
    last integer
) RETURNS jsonb[]
LANGUAGE plpgsql AS $$
DECLARE
    fresh ledger.head[];
    written jsonb[];
BEGIN
    SELECT array_agg(h ORDER BY h.i) INTO fresh
      FROM unnest(heads[first : last]) AS h WHERE answers[h.i] IS NULL;
    IF fresh IS NULL THEN
        RETURN answers;
    END IF;
    written := ledger.write(
        fresh,
        ledger.pick(ARRAY(SELECT l FROM unnest(legs) AS l
                           WHERE l.i BETWEEN first AND last AND answers[l.i] IS NULL)),
        (SELECT jsonb_agg(s) FROM jsonb_array_elements(sources) AS s
          WHERE (s ->> 'i')::integer BETWEEN first AND last));
    FOR k IN 1 .. array_length(fresh, 1) LOOP
        answers[fresh[k].i] := written[k];
    END LOOP;
    RETURN answers;
END
$$;

-- Parsed once, here, under no search_path of anybody's.
CREATE FUNCTION ledger.post(request jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE
RETURN ledger.post_many(jsonb_build_array(request)) -> 0;
