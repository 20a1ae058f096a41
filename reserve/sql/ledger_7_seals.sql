-- Promise 9: a seal, once written, fits every entry it covers.
-- Sealing belongs to the owner: the ledger's own functions cannot write a position.

CREATE FUNCTION ledger.parents(nodes bytea[]) RETURNS bytea[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    -- One level up; a node without a sibling goes up as it is.
    SELECT array_agg(CASE WHEN nodes[i + 1] IS NULL THEN nodes[i]
                          ELSE sha256('\x01'::bytea || nodes[i] || nodes[i + 1]) END ORDER BY i)
      FROM generate_series(1, array_length(nodes, 1), 2) AS i
$$;

CREATE FUNCTION ledger.root(leaves bytea[]) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    nodes bytea[] := leaves;
BEGIN
    IF leaves IS NULL OR leaves = '{}' THEN
        RETURN sha256(''::bytea);
    END IF;
    WHILE array_length(nodes, 1) > 1 LOOP
        nodes := ledger.parents(nodes);
    END LOOP;
    RETURN nodes[1];
END
$$;

CREATE FUNCTION ledger.link(previous bytea, root bytea, number bigint, first_position bigint,
                            last_position bigint, sealed_at timestamptz) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256('\x02'::bytea || previous || root || convert_to(
        concat_ws(' ', number, first_position, last_position,
                  to_char(sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
        'UTF8'))
$$;

-- The text of a transfer's leaf, written anew from the rows.
CREATE FUNCTION ledger.leaf_text_of(transfer bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ledger.leaf_text(t.kind, t.key, t.content, t.document, t.effective_on, t.recorded_at,
               t.author_id, t.prepared_by_id, t.clause, t.reason, t.reverses_id,
               (SELECT string_agg(a.name || ' ' || l.name || ' ' || e.grams, E'\n'
                                  ORDER BY a.name COLLATE "C", l.name COLLATE "C")
                  FROM public.reserve_entry AS e
                  JOIN public.reserve_account AS a ON a.id = e.account_id
                  JOIN public.reserve_lot AS l ON l.id = e.lot_id
                 WHERE e.transfer_id = t.id))
      FROM public.reserve_transfer AS t WHERE t.id = transfer
$$;

-- Seal what can no longer be preceded: ids and timestamps lie about order, the oldest open
-- transaction does not.
CREATE FUNCTION ledger.seal(even_if_empty boolean DEFAULT false) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last public.reserve_seal;
    open_from xid8;
    ids bigint[];
    leaves bytea[];
    fresh public.reserve_seal;
    forged bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7104, 0);
    SELECT * INTO last FROM public.reserve_seal AS s ORDER BY s.number DESC LIMIT 1;
    open_from := pg_snapshot_xmin(pg_current_snapshot());
    SELECT array_agg(t.id ORDER BY t.xid, t.id), array_agg(t.leaf ORDER BY t.xid, t.id)
      INTO ids, leaves
      FROM public.reserve_transfer AS t
     WHERE t.xid >= coalesce(last.horizon, 0)::text::xid8 AND t.xid < open_from;
    IF ids IS NULL AND NOT even_if_empty THEN
        RETURN NULL;
    END IF;
    SELECT t.id INTO forged FROM public.reserve_transfer AS t
     WHERE t.id = ANY (ids) AND t.leaf <> ledger.leaf(ledger.leaf_text_of(t.id)) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '划转 % 的哈希与内容不符', forged
            USING ERRCODE = 'QL009', CONSTRAINT = 'a_seal_fits_every_entry_it_covers';
    END IF;

    fresh.number := coalesce(last.number, 0) + 1;
    fresh.first_position := coalesce(last.last_position, 0) + 1;
    fresh.last_position := fresh.first_position - 1 + coalesce(array_length(ids, 1), 0);
    fresh.root := ledger.root(leaves);
    fresh.horizon := open_from::text::bigint;
    fresh.sealed_at := clock_timestamp();
    fresh.chain := ledger.link(coalesce(last.chain, ''::bytea), fresh.root, fresh.number,
                               fresh.first_position, fresh.last_position, fresh.sealed_at);
    INSERT INTO public.reserve_seal (number, first_position, last_position, root, chain, horizon,
                                     sealed_at)
    VALUES (fresh.number, fresh.first_position, fresh.last_position, fresh.root, fresh.chain,
            fresh.horizon, fresh.sealed_at);
    INSERT INTO public.reserve_position (position, transfer_id, seal_id)
    SELECT fresh.first_position - 1 + u.at, u.id, fresh.number
      FROM unnest(ids) WITH ORDINALITY AS u (id, at);
    RETURN jsonb_build_object('seal', fresh.number, 'last_position', fresh.last_position,
        'sealed', coalesce(array_length(ids, 1), 0), 'root', encode(fresh.root, 'hex'),
        'chain', encode(fresh.chain, 'hex'));
END
$$;

CREATE FUNCTION guard.a_seal_continues_the_last() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last public.reserve_seal;
BEGIN
    SELECT * INTO last FROM public.reserve_seal AS s ORDER BY s.number DESC LIMIT 1;
    IF NEW.number <> coalesce(last.number, 0) + 1
       OR NEW.first_position <> coalesce(last.last_position, 0) + 1
       OR NEW.sealed_at < last.sealed_at
       OR NEW.chain <> ledger.link(coalesce(last.chain, ''::bytea), NEW.root, NEW.number,
                                   NEW.first_position, NEW.last_position, NEW.sealed_at) THEN
        RAISE EXCEPTION '封存须与上一次相接'
            USING ERRCODE = 'QL009', CONSTRAINT = 'a_seal_continues_the_last';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION guard.a_seal_fits_what_it_covers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    leaves bytea[];
BEGIN
    SELECT array_agg(t.leaf ORDER BY p.position) INTO leaves
      FROM public.reserve_position AS p JOIN public.reserve_transfer AS t ON t.id = p.transfer_id
     WHERE p.seal_id = NEW.number AND p.position BETWEEN NEW.first_position AND NEW.last_position;
    IF NEW.root <> ledger.root(leaves)
       OR coalesce(array_length(leaves, 1), 0) <> NEW.last_position - NEW.first_position + 1 THEN
        RAISE EXCEPTION '封存须与所含划转相符'
            USING ERRCODE = 'QL009', CONSTRAINT = 'a_seal_fits_every_entry_it_covers';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION guard.positions_belong_to_their_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM new_positions AS p
                 LEFT JOIN public.reserve_seal AS s ON s.number = p.seal_id
                WHERE p.position NOT BETWEEN s.first_position AND s.last_position
                   OR s.number <> (SELECT max(number) FROM public.reserve_seal)) THEN
        RAISE EXCEPTION '位置只由其封存给出'
            USING ERRCODE = 'QL009', CONSTRAINT = 'a_seal_fits_every_entry_it_covers';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER the_ledger_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE
    ON public.reserve_seal FOR EACH STATEMENT EXECUTE FUNCTION guard.ledger_only_grows();
CREATE TRIGGER the_ledger_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE
    ON public.reserve_position FOR EACH STATEMENT EXECUTE FUNCTION guard.ledger_only_grows();
CREATE TRIGGER a_seal_continues_the_last BEFORE INSERT ON public.reserve_seal
    FOR EACH ROW EXECUTE FUNCTION guard.a_seal_continues_the_last();
CREATE CONSTRAINT TRIGGER a_seal_fits_every_entry_it_covers AFTER INSERT ON public.reserve_seal
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION guard.a_seal_fits_what_it_covers();
CREATE TRIGGER a_position_belongs_to_its_seal AFTER INSERT ON public.reserve_position
    REFERENCING NEW TABLE AS new_positions
    FOR EACH STATEMENT EXECUTE FUNCTION guard.positions_belong_to_their_seal();
