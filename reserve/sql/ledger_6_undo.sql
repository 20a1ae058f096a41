-- Taking back: a reversal undoes one transfer once; a void takes a false lot wherever it lies.
-- Trying: a dry run posts and takes back at once. Ending: a quarter is closed.

CREATE FUNCTION ledger.head_of(request jsonb, kind text) RETURNS ledger.head
LANGUAGE sql STABLE AS $$
    SELECT ROW (1, kind, request ->> 'key', sha256(convert_to(request::text, 'UTF8')),
                coalesce(request ->> 'document', ''), (request ->> 'effective_on')::date,
                coalesce(request ->> 'clause', ''), coalesce(request ->> 'reason', ''),
                (request ->> 'reverses')::bigint,
                (request ->> 'prepared_by')::bigint)::ledger.head
$$;

CREATE FUNCTION ledger.reverse(request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off AS $$
DECLARE
    heads CONSTANT ledger.head[] := ARRAY[ledger.head_of(request, 'REVERSAL')];
    undone CONSTANT bigint := (request ->> 'reverses')::bigint;
    answers jsonb[];
    moves ledger.move[];
BEGIN
    answers := ledger.first_answers(heads);
    IF answers[1] IS NOT NULL THEN
        RETURN answers[1];
    END IF;
    IF EXISTS (SELECT FROM public.reserve_transfer AS t
                WHERE t.id = undone AND t.kind IN ('REVERSAL', 'VOID', 'CORRECTION')) THEN
        PERFORM ledger.refuse('QR004', 'a_reversal_is_not_reversed',
            '冲正、作废与更正不得再被冲正', jsonb_build_object('reverses', undone));
    END IF;
    SELECT array_agg(ROW (1, a.id, a.name, l.id, l.name, e.pollutant, -e.grams)::ledger.move)
      INTO moves
      FROM public.reserve_entry AS e
      JOIN public.reserve_account AS a ON a.id = e.account_id
      JOIN public.reserve_lot AS l ON l.id = e.lot_id
     WHERE e.transfer_id = undone;
    IF moves IS NULL THEN
        PERFORM ledger.refuse('QR002', 'a_reversal_names_what_it_reverses', '没有可冲正的划转',
                              jsonb_build_object('reverses', undone));
    END IF;
    PERFORM ledger.lock_accounts(ARRAY(
        SELECT m.account FROM unnest(moves) AS m
         WHERE left(m.account_name, 7) NOT IN ('ORIGIN/', 'OUTSIDE')));
    IF EXISTS (SELECT FROM public.reserve_transfer AS t WHERE t.reverses_id = undone) THEN
        PERFORM ledger.refuse('QR004', 'one_transfer_at_most_one_reversal', '该划转已冲正',
            jsonb_build_object('reverses', undone));
    END IF;
    answers := ledger.write(heads, moves, NULL);
    RETURN answers[1];
END
$$;

-- ── Void: what is unspent goes, what is spent is owed (§21) ──
CREATE FUNCTION ledger.unspent(lots bigint[]) RETURNS ledger.move[]
LANGUAGE sql VOLATILE AS $$
    -- HELD comes first by its own reach: that hold is short from now on.
    SELECT array_agg(ROW (1, a.id, a.name, l.id, l.name, a.pollutant, b.grams)::ledger.move
                     ORDER BY a.kind <> 'HELD', a.id, l.id)
      FROM public.reserve_balance AS b
      JOIN public.reserve_account AS a ON a.id = b.account_id
      JOIN public.reserve_lot AS l ON l.id = b.lot_id
     WHERE b.lot_id = ANY (lots) AND b.grams > 0
       AND a.kind IN ('HELD', 'RESERVE', 'HOLDING', 'BINDING')
$$;

CREATE FUNCTION ledger.voided(answer jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT answer || jsonb_build_object('lots', (
        SELECT jsonb_agg(jsonb_build_object('lot', v.lot_id, 'voided', v.voided_grams,
                                            'owed', v.owed_grams) ORDER BY v.lot_id)
          FROM public.reserve_voiding AS v
         WHERE v.transfer_id = (answer ->> 'transfer')::bigint))
$$;

CREATE FUNCTION ledger.void(request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off AS $$
DECLARE
    heads CONSTANT ledger.head[] := ARRAY[ledger.head_of(request, 'VOID')];
    lots CONSTANT bigint[] := ARRAY(SELECT x::bigint
                                      FROM jsonb_array_elements_text(request -> 'lots') AS x);
    answers jsonb[];
    locked bigint[] := '{}';
    moves ledger.move[];
    transfer bigint;
BEGIN
    answers := ledger.first_answers(heads);
    IF answers[1] IS NOT NULL THEN
        RETURN ledger.voided(answers[1]);
    END IF;
    IF lots = '{}' OR (SELECT count(*) FROM public.reserve_lot AS l WHERE l.id = ANY (lots))
                      <> array_length(lots, 1) THEN
        PERFORM ledger.refuse('QR002', 'a_void_names_its_lots', '须写明作废的批次', request);
    END IF;
    PERFORM guard.lock_debt(d.place_id, d.pollutant)
       FROM (SELECT DISTINCT s.place_id, s.pollutant
               FROM public.reserve_lot AS l JOIN public.reserve_source AS s ON s.id = l.source_id
              WHERE l.id = ANY (lots) ORDER BY 1, 2) AS d;
    IF EXISTS (SELECT FROM public.reserve_voiding AS v WHERE v.lot_id = ANY (lots)) THEN
        PERFORM ledger.refuse('QR005', 'a_lot_is_voided_once', '该批次已作废',
                              jsonb_build_object('lots', lots));
    END IF;

    -- While a lock is awaited the lot may move on: look again until it lies still.
    LOOP
        moves := coalesce(ledger.unspent(lots), '{}');
        EXIT WHEN NOT EXISTS (SELECT FROM unnest(moves) AS m WHERE m.account <> ALL (locked));
        locked := locked || ARRAY(SELECT m.account FROM unnest(moves) AS m);
        PERFORM ledger.lock_accounts(locked);
    END LOOP;

    INSERT INTO public.reserve_account (kind, place_id, city, pollutant, case_number,
                                        may_be_negative)
    SELECT DISTINCT 'VOID', s.place_id, '', s.pollutant, '', false
      FROM unnest(moves) AS m
      JOIN public.reserve_lot AS l ON l.id = m.lot
      JOIN public.reserve_source AS s ON s.id = l.source_id
     ORDER BY s.place_id, s.pollutant
    ON CONFLICT DO NOTHING;
    SELECT array_agg(x.move) INTO moves
      FROM (SELECT ROW (1, m.account, m.account_name, m.lot, m.lot_name, m.pollutant,
                        -m.grams)::ledger.move AS move FROM unnest(moves) AS m
             UNION ALL
            SELECT ROW (1, a.id, a.name, m.lot, m.lot_name, m.pollutant, m.grams)::ledger.move
              FROM unnest(moves) AS m
              JOIN public.reserve_lot AS l ON l.id = m.lot
              JOIN public.reserve_source AS s ON s.id = l.source_id
              JOIN public.reserve_account AS a
                ON a.name = 'VOID/' || s.pollutant || '/' || s.place_id || '/') AS x;
    answers := ledger.write(heads, coalesce(moves, '{}'), NULL);
    transfer := (answers[1] ->> 'transfer')::bigint;

    INSERT INTO public.reserve_voiding (lot_id, transfer_id, voided_grams, owed_grams)
    SELECT l.id, transfer,
           coalesce(sum(b.grams) FILTER (WHERE a.kind = 'VOID'), 0),
           coalesce(sum(b.grams) FILTER (
               WHERE a.kind IN ('USED', 'COVER', 'OUTSIDE') AND b.grams > 0), 0)
      FROM public.reserve_lot AS l
      JOIN public.reserve_balance AS b ON b.lot_id = l.id
      JOIN public.reserve_account AS a ON a.id = b.account_id
     WHERE l.id = ANY (lots) GROUP BY l.id ORDER BY l.id;
    INSERT INTO public.reserve_debt (place_id, pollutant, grams, lot_id, transfer_id)
    SELECT s.place_id, s.pollutant, v.owed_grams, l.id, transfer
      FROM public.reserve_voiding AS v
      JOIN public.reserve_lot AS l ON l.id = v.lot_id
      JOIN public.reserve_source AS s ON s.id = l.source_id
     WHERE v.transfer_id = transfer AND v.owed_grams > 0 ORDER BY l.id;
    RETURN ledger.voided(answers[1]);
END
$$;

-- ── Dry run: post, look, take it all back ──
CREATE FUNCTION ledger.check(request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    answer jsonb;
    seen text;
BEGIN
    answer := ledger.post(request);
    SET CONSTRAINTS ALL IMMEDIATE;
    SELECT jsonb_agg(jsonb_build_object(
               'account', a.name, 'pollutant', a.pollutant, 'before', t.after - m.moved,
               'after', t.after) ORDER BY a.name)
      INTO answer
      FROM (SELECT e.account_id, sum(e.grams)::bigint AS moved
              FROM public.reserve_entry AS e
             WHERE e.transfer_id = (answer ->> 'transfer')::bigint GROUP BY 1) AS m
      JOIN public.reserve_account AS a ON a.id = m.account_id,
           LATERAL (SELECT sum(b.grams)::bigint AS after FROM public.reserve_balance AS b
                     WHERE b.account_id = a.id) AS t;
    RAISE EXCEPTION USING ERRCODE = 'QR000', MESSAGE = answer::text;
EXCEPTION WHEN SQLSTATE 'QR000' THEN
    GET STACKED DIAGNOSTICS seen = MESSAGE_TEXT;
    RETURN jsonb_build_object('key', request -> 'key', 'balances', seen::jsonb);
END
$$;

-- ── Closing a quarter ──
CREATE FUNCTION ledger.close_quarter(first_day date, document text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7101, guard.quarter_of(first_day));
    IF EXISTS (SELECT FROM public.reserve_closedquarter AS c
                WHERE c.first_day = close_quarter.first_day) THEN
        PERFORM ledger.refuse('QR006', 'a_quarter_is_closed_once', '该季度已关账',
                              jsonb_build_object('first_day', first_day));
    END IF;
    INSERT INTO public.reserve_closedquarter (first_day, closed_at, closed_by_id, document)
    VALUES (first_day, clock_timestamp(), guard.person(), document);
END
$$;
