-- What opens is what was approved, gram for gram: each source one row of the approved opening,
-- into the account that the row names, by whoever approved it; each debt all that was stated owed.

CREATE FUNCTION guard.a_source_opens_as_approved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.reserve_openingstock AS o
          JOIN public.reserve_openingrow AS r ON r.opening_id = o.id
          JOIN public.reserve_transfer AS t ON t.id = NEW.transfer_id
          JOIN public.reserve_lot AS l ON l.source_id = NEW.id
         WHERE o.place_id = NEW.place_id AND o.approved_by_id = t.author_id
           AND o.imported_by_id = NEW.declared_by_id AND o.effective_on = t.effective_on
           AND r.what <> 'debt' AND NEW.number = o.place_id || '/' || r.line
           AND r.pollutant = NEW.pollutant AND r.grams = NEW.verified_grams
           AND l.vintage = coalesce(r.vintage, o.effective_on) AND l.lake_tai = r.lake_tai
           -- That the fates sum to what was verified is promised elsewhere.
           AND NOT EXISTS (
               SELECT FROM public.reserve_entry AS e
                 JOIN public.reserve_account AS a ON a.id = e.account_id
                WHERE e.transfer_id = t.id AND e.lot_id = l.id AND e.grams > 0
                  AND CASE r.what
                      WHEN 'reserve' THEN a.kind = 'RESERVE' AND a.place_id = o.place_id
                      WHEN 'holding' THEN a.kind = 'HOLDING' AND a.polluter_id = r.polluter_id
                      ELSE a.kind = 'USED' AND a.polluter_id = r.polluter_id
                           AND a.case_number = r."case" END IS NOT TRUE)
    ) THEN
        RAISE EXCEPTION '期初入库须与已审核的期初明细一致：% %', NEW.number, NEW.pollutant
            USING ERRCODE = 'QL007', CONSTRAINT = 'nothing_opens_but_what_was_approved';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION guard.a_debt_opens_as_approved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    stated bigint;
    posted bigint;
BEGIN
    SELECT sum(r.grams) INTO stated
      FROM public.reserve_openingstock AS o
      JOIN public.reserve_openingrow AS r ON r.opening_id = o.id AND r.what = 'debt'
      JOIN public.reserve_transfer AS t ON t.id = NEW.transfer_id
     WHERE o.place_id = NEW.place_id AND r.pollutant = NEW.pollutant
       AND o.approved_by_id = t.author_id AND o.effective_on = t.effective_on;
    SELECT sum(d.grams) INTO posted
      FROM public.reserve_debt AS d
     WHERE d.place_id = NEW.place_id AND d.pollutant = NEW.pollutant AND d.lot_id IS NULL;
    IF stated IS DISTINCT FROM posted THEN
        RAISE EXCEPTION '期初亏欠须与已审核的期初明细一致：% %', NEW.place_id, NEW.pollutant
            USING ERRCODE = 'QL007', CONSTRAINT = 'nothing_opens_but_what_was_approved';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER nothing_opens_but_what_was_approved AFTER INSERT
    ON public.reserve_source DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.kind = 'OPENING')
    EXECUTE FUNCTION guard.a_source_opens_as_approved();
CREATE CONSTRAINT TRIGGER nothing_opens_but_what_was_approved AFTER INSERT
    ON public.reserve_debt DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.lot_id IS NULL)
    EXECUTE FUNCTION guard.a_debt_opens_as_approved();

REVOKE ALL ON FUNCTION guard.a_source_opens_as_approved(), guard.a_debt_opens_as_approved()
    FROM PUBLIC;
