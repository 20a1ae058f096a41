-- Opening stock: imported by one, approved by a second, closed by the director; then no more.

CREATE FUNCTION guard.an_opening_moves_forward() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.approved_by_id IS NOT NULL OR NEW.closed_by_id IS NOT NULL
           OR NEW.imported_by_id IS DISTINCT FROM guard.person() THEN
            RAISE EXCEPTION '期初库存须先导入，再由他人审核'
                USING ERRCODE = 'QL008', CONSTRAINT = 'an_opening_is_seen_by_four_eyes';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.closed_by_id IS NOT NULL THEN
        RAISE EXCEPTION '期初库存已关闭'
            USING ERRCODE = 'QL007', CONSTRAINT = 'a_closed_opening_stays_closed';
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.approved_by_id IS NOT NULL THEN
            RAISE EXCEPTION '期初库存已审核，不得删除'
                USING ERRCODE = 'QL007', CONSTRAINT = 'a_closed_opening_stays_closed';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.approved_by_id IS NOT NULL
       AND to_jsonb(NEW) - '{closed_by_id,closed_at}'::text[]
           <> to_jsonb(OLD) - '{closed_by_id,closed_at}'::text[] THEN
        RAISE EXCEPTION '期初库存已审核，不得修改'
            USING ERRCODE = 'QL007', CONSTRAINT = 'a_closed_opening_stays_closed';
    END IF;
    IF (NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id
        AND NEW.approved_by_id IS DISTINCT FROM guard.person())
       OR (NEW.closed_by_id IS DISTINCT FROM OLD.closed_by_id
           AND NEW.closed_by_id IS DISTINCT FROM guard.person()) THEN
        RAISE EXCEPTION '审核人、关闭人须为本人'
            USING ERRCODE = 'QL008', CONSTRAINT = 'an_opening_is_seen_by_four_eyes';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION guard.opening_rows_wait_for_approval() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM public.reserve_openingstock AS o
      WHERE o.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.opening_id ELSE NEW.opening_id END
        AND o.approved_by_id IS NOT NULL FOR SHARE;
    IF FOUND OR (TG_OP = 'UPDATE' AND NEW.opening_id <> OLD.opening_id) THEN
        RAISE EXCEPTION '期初库存已审核，不得修改'
            USING ERRCODE = 'QL007', CONSTRAINT = 'a_closed_opening_stays_closed';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;

-- Nothing opens where no approved opening stands, nor after the director closed it.
CREATE FUNCTION guard.nothing_opens_after_closing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM public.reserve_openingstock AS o
      WHERE o.place_id = NEW.place_id AND o.approved_by_id IS NOT NULL AND o.closed_by_id IS NULL
      FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION '%的期初库存未审核或已关闭', NEW.place_id
            USING ERRCODE = 'QL007', CONSTRAINT = 'nothing_opens_after_the_closing',
                  DETAIL = jsonb_build_object('place', NEW.place_id)::text;
    END IF;
    RETURN NULL;
END
$$;

-- An opening debt is posted with its own transfer, which may have no entries.
CREATE FUNCTION ledger.open_debts(request jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off AS $$
DECLARE
    heads CONSTANT ledger.head[] := ARRAY[ledger.head_of(request, 'OPENING')];
    answers jsonb[];
BEGIN
    answers := ledger.first_answers(heads);
    IF answers[1] IS NOT NULL THEN
        RETURN answers[1];
    END IF;
    answers := ledger.write(heads, '{}', NULL);
    INSERT INTO public.reserve_debt (place_id, pollutant, grams, transfer_id)
    SELECT d.place, d.pollutant, d.grams, (answers[1] ->> 'transfer')::bigint
      FROM jsonb_to_recordset(request -> 'debts') AS d (place text, pollutant text, grams bigint)
     ORDER BY d.place, d.pollutant;
    RETURN answers[1];
END
$$;

CREATE TRIGGER an_opening_moves_forward BEFORE INSERT OR UPDATE OR DELETE
    ON public.reserve_openingstock FOR EACH ROW EXECUTE FUNCTION guard.an_opening_moves_forward();
CREATE TRIGGER an_opening_is_never_emptied BEFORE TRUNCATE
    ON public.reserve_openingstock FOR EACH STATEMENT EXECUTE FUNCTION guard.ledger_only_grows();
CREATE TRIGGER opening_rows_wait_for_approval BEFORE INSERT OR UPDATE OR DELETE
    ON public.reserve_openingrow
    FOR EACH ROW EXECUTE FUNCTION guard.opening_rows_wait_for_approval();
CREATE TRIGGER opening_rows_are_never_emptied BEFORE TRUNCATE
    ON public.reserve_openingrow FOR EACH STATEMENT EXECUTE FUNCTION guard.ledger_only_grows();
CREATE TRIGGER nothing_opens_after_the_closing AFTER INSERT ON public.reserve_source
    FOR EACH ROW WHEN (NEW.kind = 'OPENING') EXECUTE FUNCTION guard.nothing_opens_after_closing();
CREATE TRIGGER nothing_opens_after_the_closing AFTER INSERT ON public.reserve_debt
    FOR EACH ROW WHEN (NEW.lot_id IS NULL) EXECUTE FUNCTION guard.nothing_opens_after_closing();
