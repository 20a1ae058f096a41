-- What the posting functions share: names, hashes, refusals, and the one place that inserts.
-- They belong to quota_ledger, which may add rows and do nothing else, and nobody else may call
-- them: the search_path they run under is the fixed one of the posting function that does.

CREATE TYPE ledger.head AS (
    i integer, kind text, key text, content bytea, document text, effective_on date, clause text,
    reason text, reverses bigint, prepared_by bigint
);
CREATE TYPE ledger.move AS (
    i integer, account bigint, account_name text, lot bigint, lot_name text, pollutant text,
    grams bigint
);

-- The natural key of an account, as the generated column reserve_account.name spells it.
CREATE FUNCTION ledger.account_name(spec jsonb, pollutant text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT (spec ->> 'kind') || '/' || pollutant || '/' || coalesce(spec ->> 'place', '')
        || coalesce('#' || (spec ->> 'polluter'), '')
        || CASE WHEN coalesce(spec ->> 'city', '') <> '' THEN '@' || (spec ->> 'city') ELSE '' END
        || '/' || coalesce(spec ->> 'case', '')
$$;

-- What a leaf is the hash of: one line a field, then one line an entry (docs/adr/0005).
CREATE FUNCTION ledger.leaf_text(
    kind text, key text, content bytea, document text, effective_on date, recorded_at timestamptz,
    author bigint, prepared_by bigint, clause text, reason text, reverses bigint, entries text
) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT concat_ws(E'\n', 'quota transfer 1', kind, key, encode(content, 'hex'), document,
        to_char(effective_on, 'YYYY-MM-DD'),
        to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        author::text, coalesce(prepared_by::text, ''), clause, reason,
        coalesce(reverses::text, ''), coalesce(entries, ''))
$$;

CREATE FUNCTION ledger.leaf(leaf_text text) RETURNS bytea
LANGUAGE sql STABLE AS $$
    -- A leaf and a node of the tree never hash alike: RFC 6962's prefixes.
    SELECT sha256('\x00'::bytea || convert_to(leaf_text, 'UTF8'))
$$;

CREATE FUNCTION ledger.answer(t public.reserve_transfer, repeated boolean) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('transfer', t.id, 'key', t.key, 'leaf', encode(t.leaf, 'hex'),
        'recorded_at', to_char(t.recorded_at AT TIME ZONE 'UTC',
                               'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'repeated', repeated)
$$;

CREATE FUNCTION ledger.refuse(code text, name text, message text, facts jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', message USING ERRCODE = code, CONSTRAINT = name, DETAIL = facts::text;
END
$$;

-- ── 6 · One key, one transfer ──
-- Whoever comes second under a key waits here, then finds what the first one wrote.
CREATE FUNCTION ledger.first_answers(heads ledger.head[]) RETURNS jsonb[]
LANGUAGE plpgsql AS $$
DECLARE
    answers jsonb[] := array_fill(NULL::jsonb, ARRAY[array_length(heads, 1)]);
    clash public.reserve_transfer;
    pair record;
BEGIN
    IF array_length(heads, 1) = 1 THEN
        PERFORM pg_advisory_xact_lock(7102, hashtext(heads[1].key));
        SELECT * INTO clash FROM public.reserve_transfer AS t WHERE t.key = heads[1].key;
        IF FOUND THEN
            answers[1] := ledger.first_answer(heads[1], clash);
        END IF;
        RETURN answers;
    END IF;

    IF (SELECT count(*) <> count(DISTINCT h.key) FROM unnest(heads) AS h) THEN
        PERFORM ledger.refuse('QR001', 'one_key_one_transfer', '同一批中业务键重复', '{}');
    END IF;
    PERFORM pg_advisory_xact_lock(7102, k.hash)
       FROM (SELECT DISTINCT hashtext(h.key) AS hash FROM unnest(heads) AS h ORDER BY 1) AS k;
    FOR pair IN
        SELECT h.at, t AS earlier FROM unnest(heads) WITH ORDINALITY
               AS h (i, kind, key, content, document, effective_on, clause, reason, reverses,
                     prepared_by, at)
          JOIN public.reserve_transfer AS t ON t.key = h.key
    LOOP
        answers[pair.at] := ledger.first_answer(heads[pair.at], pair.earlier);
    END LOOP;
    RETURN answers;
END
$$;

CREATE FUNCTION ledger.first_answer(asked ledger.head, earlier public.reserve_transfer)
RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
    IF asked.content <> earlier.content THEN
        PERFORM ledger.refuse('QR001', 'one_key_one_transfer', '该业务键已用于其他内容',
            jsonb_build_object('key', earlier.key, 'transfer', earlier.id));
    END IF;
    RETURN ledger.answer(earlier, true);
END
$$;

-- ── Locks, always in one order: keys, debts, accounts, quarter ──
CREATE FUNCTION ledger.lock_accounts(accounts bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(-a.id)
       FROM (SELECT DISTINCT u.id FROM unnest(accounts) AS u (id) ORDER BY 1) AS a;
END
$$;

-- ── The one place that inserts transfers and entries ──
-- Takes moves that may repeat an account and a lot; nets them, hashes, writes. Gives the answers.
CREATE FUNCTION ledger.write(heads ledger.head[], moves ledger.move[], sources jsonb)
RETURNS jsonb[]
LANGUAGE plpgsql AS $$
DECLARE
    recorded CONSTANT timestamptz := clock_timestamp();
    who CONSTANT bigint := nullif(current_setting('quota.person', true), '')::bigint;
    net ledger.move[];
    ids bigint[];
    answers jsonb[];
BEGIN
    SELECT array_agg(ROW (n.i, n.account, n.account_name, n.lot, n.lot_name, n.pollutant,
                          n.grams)::ledger.move
                     ORDER BY n.i, n.account_name COLLATE "C", n.lot_name COLLATE "C")
      INTO net
      FROM (SELECT m.i, m.account, m.account_name, m.lot, m.lot_name, m.pollutant,
                   sum(m.grams)::bigint AS grams
              FROM unnest(moves) AS m
             GROUP BY m.i, m.account, m.account_name, m.lot, m.lot_name, m.pollutant
            HAVING sum(m.grams) <> 0) AS n;

    IF array_length(heads, 1) = 1 THEN
        answers := ARRAY[ledger.write_one(heads[1], net, recorded, who)];
        ids := ARRAY[(answers[1] ->> 'transfer')::bigint];
    ELSE
        WITH written AS (
            INSERT INTO public.reserve_transfer AS t
                   (kind, key, content, document, effective_on, recorded_at, xid, author_id,
                    prepared_by_id, clause, reason, request, reverses_id, lines, leaf)
            SELECT h.kind, h.key, h.content, h.document, h.effective_on, recorded,
                   pg_current_xact_id(), who, h.prepared_by, h.clause, h.reason,
                   coalesce(current_setting('quota.request', true), ''), h.reverses,
                   coalesce(e.lines, 0),
                   ledger.leaf(ledger.leaf_text(h.kind, h.key, h.content, h.document, h.effective_on,
                       recorded, who, h.prepared_by, h.clause, h.reason, h.reverses, e.entries))
              FROM unnest(heads) AS h
              LEFT JOIN (SELECT m.i, count(*) AS lines,
                                string_agg(m.account_name || ' ' || m.lot_name || ' ' || m.grams,
                                           E'\n' ORDER BY m.ordinality) AS entries
                           FROM unnest(net) WITH ORDINALITY AS m GROUP BY m.i) AS e ON e.i = h.i
             ORDER BY h.i
            RETURNING t.*
        )
        SELECT array_agg(w.id ORDER BY w.id), array_agg(ledger.answer(w, false) ORDER BY w.id)
          INTO ids, answers FROM written AS w;
    END IF;

    IF sources IS NOT NULL THEN
        -- New lots have their numbers from now on.
        PERFORM ledger.write_sources(heads, ids, sources);
        SELECT array_agg(ROW (n.i, n.account, n.account_name, coalesce(n.lot, l.id), n.lot_name,
                              n.pollutant, n.grams)::ledger.move ORDER BY n.ordinality)
          INTO net
          FROM unnest(net) WITH ORDINALITY AS n
          LEFT JOIN public.reserve_lot AS l ON n.lot IS NULL AND l.name = n.lot_name;
    END IF;

    IF array_length(heads, 1) = 1 THEN
        INSERT INTO public.reserve_entry
               (transfer_id, line, account_id, lot_id, pollutant, grams, effective_on)
        SELECT ids[1], n.ordinality, n.account, n.lot, n.pollutant, n.grams,
               heads[1].effective_on
          FROM unnest(net) WITH ORDINALITY AS n;
    ELSE
        INSERT INTO public.reserve_entry
               (transfer_id, line, account_id, lot_id, pollutant, grams, effective_on)
        SELECT ids[h.at], row_number() OVER (PARTITION BY n.i ORDER BY n.ordinality), n.account,
               n.lot, n.pollutant, n.grams, h.effective_on
          FROM unnest(net) WITH ORDINALITY AS n
          JOIN unnest(heads) WITH ORDINALITY
               AS h (i, kind, key, content, document, effective_on, clause, reason, reverses,
                     prepared_by, at) ON h.i = n.i;
    END IF;
    IF sources IS NOT NULL THEN
        -- What would be refused at commit is refused here, where somebody can say why.
        SET CONSTRAINTS public.fates_sum_to_what_was_verified,
                        public.no_admission_passes_by_an_open_debt IMMEDIATE;
        SET CONSTRAINTS public.fates_sum_to_what_was_verified,
                        public.no_admission_passes_by_an_open_debt DEFERRED;
    END IF;
    RETURN answers;
END
$$;

-- The same for one transfer, which is most of them, in far fewer strokes of the executor.
CREATE FUNCTION ledger.write_one(
    head ledger.head, net ledger.move[], recorded timestamptz, who bigint
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    written public.reserve_transfer;
    entries text;
    move ledger.move;
BEGIN
    FOREACH move IN ARRAY coalesce(net, '{}') LOOP
        entries := concat_ws(E'\n', entries,
                             move.account_name || ' ' || move.lot_name || ' ' || move.grams);
    END LOOP;
    INSERT INTO public.reserve_transfer
           (kind, key, content, document, effective_on, recorded_at, xid, author_id,
            prepared_by_id, clause, reason, request, reverses_id, lines, leaf)
    VALUES (head.kind, head.key, head.content, head.document, head.effective_on, recorded,
            pg_current_xact_id(), who, head.prepared_by, head.clause, head.reason,
            coalesce(current_setting('quota.request', true), ''), head.reverses,
            coalesce(array_length(net, 1), 0),
            ledger.leaf(ledger.leaf_text(head.kind, head.key, head.content, head.document,
                head.effective_on, recorded, who, head.prepared_by, head.clause, head.reason,
                head.reverses, entries)))
    RETURNING * INTO written;
    RETURN ledger.answer(written, false);
END
$$;

-- Sources come with their transfer: [{i, kind, number, pollutant, place, …}], one for each lot.
CREATE FUNCTION ledger.write_sources(heads ledger.head[], ids bigint[], sources jsonb)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    WITH asked AS (
        SELECT DISTINCT ON (s.kind, s.number, s.pollutant) s.*, ids[h.at] AS transfer
          FROM jsonb_to_recordset(sources) AS s (
                   i integer, kind text, number text, pollutant text, place text, project text,
                   verified_grams bigint, document text, evidence jsonb, declared_by bigint,
                   screened_by bigint, reviewed_by bigint[], vintage date, lot_place text,
                   polluter bigint, lake_tai boolean, provincial_number text,
                   provincial_date date)
          JOIN unnest(heads) WITH ORDINALITY
               AS h (i, kind, key, content, document, effective_on, clause, reason, reverses,
                     prepared_by, at) ON h.i = s.i
         ORDER BY s.kind, s.number, s.pollutant
    ), entered AS (
        INSERT INTO public.reserve_source AS s
               (kind, number, pollutant, place_id, project, verified_grams, document, evidence,
                transfer_id, declared_by_id, screened_by_id, reviewed_by)
        SELECT a.kind, a.number, a.pollutant, a.place, a.project, a.verified_grams,
               coalesce(a.document, ''), coalesce(a.evidence, '{}'), a.transfer, a.declared_by,
               a.screened_by, coalesce(a.reviewed_by, '{}')
          FROM asked AS a
         ORDER BY a.kind, a.number, a.pollutant
        RETURNING s.id, s.kind, s.number, s.pollutant
    )
    INSERT INTO public.reserve_lot
           (source_id, name, pollutant, vintage, place_id, polluter_id, lake_tai,
            provincial_number, provincial_date)
    SELECT e.id, e.kind || '/' || e.number || '/' || e.pollutant, e.pollutant, a.vintage,
           coalesce(a.lot_place, a.place), a.polluter, coalesce(a.lake_tai, false),
           coalesce(a.provincial_number, ''), a.provincial_date
      FROM entered AS e
      JOIN asked AS a ON a.kind = e.kind AND a.number = e.number AND a.pollutant = e.pollutant
     ORDER BY e.id;
END
$$;
