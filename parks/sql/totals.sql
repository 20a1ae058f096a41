-- The register and the annual totals of parks: whole grams of the eight, written while they are a
-- draft, checked by whoever wrote nothing of them, and standing once they were filed.

CREATE FUNCTION guard.is_masses(amounts jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_typeof(amounts) = 'object' AND NOT EXISTS (
        SELECT FROM jsonb_each(amounts) AS a (code, grams)
         WHERE code NOT IN ('COD', 'NH3N', 'TN', 'TP', 'SO2', 'NOX', 'VOCS', 'PM')
            OR jsonb_typeof(grams) <> 'number' OR grams::text !~ '^[0-9]{1,18}$')
$$;
COMMENT ON FUNCTION guard.is_masses(jsonb) IS 'Whether it is whole grams by pollutant.';
-- Who writes a row has it checked in its own name.
GRANT EXECUTE ON FUNCTION guard.is_masses(jsonb) TO PUBLIC;
ALTER TABLE public.parks_totalsrow ADD CONSTRAINT amounts_are_whole_grams_of_the_eight
    CHECK (guard.is_masses(amounts));

SELECT guard.follow_from_birth('public.parks_annualtotals', 'annual_totals', 'draft', 'begin');
SELECT guard.sign('public.parks_annualtotals', 'begun_by_id');
SELECT guard.keep('public.parks_totalswriter');
SELECT guard.sign('public.parks_totalswriter', 'person_id');
SELECT guard.keep('public.parks_totalsremark');
SELECT guard.sign('public.parks_totalsremark', 'by_id');
SELECT guard.stand('public.parks_totalslist', '{"": ["taken_at", "counts"]}');
SELECT guard.sign('public.parks_totalslist', 'by_id');

-- ── A row is written while its totals are a draft ──
CREATE FUNCTION guard.totals_row_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Once per statement: thousands of rows come at a time. Shared, so that none is filed meanwhile.
    PERFORM FROM public.parks_annualtotals AS t
      WHERE t.id IN (SELECT totals_id FROM touched) ORDER BY t.id FOR SHARE;
    IF EXISTS (SELECT FROM touched AS r JOIN public.parks_annualtotals AS t ON t.id = r.totals_id
                WHERE t.status <> 'draft') THEN
        RAISE EXCEPTION '年度总量已提交，明细不得修改'
            USING ERRCODE = 'QG001', CONSTRAINT = 'totals_are_written_while_they_are_a_draft';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER row_is_added AFTER INSERT ON public.parks_totalsrow
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION guard.totals_row_stands();
CREATE TRIGGER row_is_changed AFTER UPDATE ON public.parks_totalsrow
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION guard.totals_row_stands();
CREATE TRIGGER row_is_removed AFTER DELETE ON public.parks_totalsrow
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION guard.totals_row_stands();

CREATE FUNCTION guard.totals_row_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '明细不得移到另一份年度总量'
        USING ERRCODE = 'QG001', CONSTRAINT = 'totals_are_written_while_they_are_a_draft';
END
$$;
CREATE TRIGGER row_stays BEFORE UPDATE OF totals_id ON public.parks_totalsrow
    FOR EACH ROW WHEN (OLD.totals_id <> NEW.totals_id) EXECUTE FUNCTION guard.totals_row_stays();
CREATE TRIGGER rows_stand BEFORE TRUNCATE ON public.parks_totalsrow
    FOR EACH STATEMENT EXECUTE FUNCTION guard.only_grows();

-- ── Totals move on when no cell is wrong, and are checked by whoever wrote nothing ──
CREATE FUNCTION guard.totals_stand() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    born CONSTANT text[] := ARRAY['place_id', 'year', 'version', 'reason', 'begun_by_id',
                                  'begun_on'];
    hands CONSTANT text[] := ARRAY['filled_by_id', 'checked_by_id', 'decided_by_id'];
    name text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '年度总量不得删除'
            USING ERRCODE = 'QG001', CONSTRAINT = 'what_was_put_on_record_is_not_edited';
    END IF;
    FOREACH name IN ARRAY born LOOP
        IF to_jsonb(NEW) -> name <> to_jsonb(OLD) -> name THEN
            RAISE EXCEPTION '年度总量的园区、年度和版次不得修改'
                USING ERRCODE = 'QG001', CONSTRAINT = 'what_was_put_on_record_is_not_edited';
        END IF;
    END LOOP;
    IF NEW.status = OLD.status AND to_jsonb(NEW) - 'edition' <> to_jsonb(OLD) - 'edition'
       OR NEW.edition < OLD.edition OR (NEW.edition > OLD.edition AND OLD.status <> 'draft') THEN
        RAISE EXCEPTION '年度总量只随办理环节变化'
            USING ERRCODE = 'QG001', CONSTRAINT = 'what_was_put_on_record_is_not_edited';
    END IF;
    -- Taken back, nobody has filled it in or checked it any more; else everybody signs for himself.
    FOREACH name IN ARRAY hands LOOP
        IF to_jsonb(NEW) ->> name IS DISTINCT FROM to_jsonb(OLD) ->> name
           AND to_jsonb(NEW) ->> name IS DISTINCT FROM guard.person()::text
           AND NOT (NEW.status = 'draft' AND to_jsonb(NEW) ->> name IS NULL) THEN
            RAISE EXCEPTION '不得以他人名义办理'
                USING ERRCODE = 'QG004', CONSTRAINT = 'nobody_acts_in_anothers_name';
        END IF;
    END LOOP;
    IF NEW.status IN ('checking', 'filed') AND NEW.status <> OLD.status AND (
        NOT EXISTS (SELECT FROM public.parks_totalsrow AS r WHERE r.totals_id = NEW.id)
        OR EXISTS (SELECT FROM public.parks_totalsrow AS r
                    WHERE r.totals_id = NEW.id AND r.faults <> '{}')) THEN
        RAISE EXCEPTION '仍有错误单元格，不得提交'
            USING ERRCODE = 'QG001', CONSTRAINT = 'no_totals_are_filed_with_a_wrong_cell';
    END IF;
    IF NEW.status = 'filed' AND OLD.status = 'checking' AND EXISTS (
        SELECT FROM public.parks_totalswriter AS w
         WHERE w.totals_id = NEW.id AND w.person_id = guard.person()) THEN
        RAISE EXCEPTION '填报人不得审核自己填报的数据'
            USING ERRCODE = 'QG004',
                  CONSTRAINT = 'who_acts_and_who_checks_are_different_people';
    END IF;
    RETURN NEW;
END
$$;
-- Named so that it comes after take_step: who may not act is told that first.
CREATE TRIGGER totals_stand BEFORE UPDATE OR DELETE ON public.parks_annualtotals
FOR EACH ROW EXECUTE FUNCTION guard.totals_stand();
CREATE TRIGGER totals_stand_whole BEFORE TRUNCATE ON public.parks_annualtotals
FOR EACH STATEMENT EXECUTE FUNCTION guard.only_grows();

REVOKE ALL ON FUNCTION guard.totals_row_stands(), guard.totals_row_stays(),
    guard.totals_stand() FROM PUBLIC;

SELECT guard.watch('public.parks_park');
SELECT guard.watch('public.parks_member');
SELECT guard.watch('public.parks_sewageworks');
SELECT guard.watch('public.parks_annualtotals');
SELECT guard.watch('public.parks_totalslist');
