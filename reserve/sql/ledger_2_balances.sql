-- Promises 4 and 5: balances equal the sum of entries, and none falls below zero, on any day.

-- A balance row changes in place, a few times a day, for years.
ALTER TABLE public.reserve_balance SET (fillfactor = 50);

-- The sign that a balance may take comes from its account, and cannot disagree with it.
ALTER TABLE public.reserve_balance ADD CONSTRAINT a_balance_takes_the_sign_of_its_account
    FOREIGN KEY (account_id, may_be_negative)
    REFERENCES public.reserve_account (id, may_be_negative);

-- ── 5 · Balances equal the sum of entries ──
CREATE FUNCTION guard.entries_move_balances() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    touched bigint;
    moved bigint;
    back_dated boolean;
BEGIN
    WITH found AS (
        UPDATE public.reserve_balance AS b
           SET grams = b.grams + n.grams,
               last_effective_on = greatest(b.last_effective_on, n.effective_on)
          FROM (SELECT e.account_id, e.lot_id, sum(e.grams)::bigint AS grams,
                       max(e.effective_on) AS effective_on,
                       min(e.effective_on) FILTER (WHERE e.grams < 0) AS first_drawn_on
                  FROM new_entries AS e GROUP BY e.account_id, e.lot_id) AS n
         WHERE b.account_id = n.account_id AND b.lot_id = n.lot_id
        RETURNING WITH (OLD AS earlier)
               earlier.last_effective_on > n.first_drawn_on AS is_back_dated
    )
    SELECT count(*), coalesce(bool_or(f.is_back_dated), false)
           -- Days may also differ within the statement, when many transfers come at once.
           OR (SELECT min(e.effective_on) < max(e.effective_on) FROM new_entries AS e),
           (SELECT count(*) FROM (SELECT DISTINCT e.account_id, e.lot_id
                                    FROM new_entries AS e) AS pairs)
      INTO moved, back_dated, touched FROM found AS f;
    IF moved < touched THEN
        INSERT INTO public.reserve_balance AS b
               (account_id, lot_id, may_be_negative, grams, last_effective_on)
        SELECT e.account_id, e.lot_id, a.may_be_negative, sum(e.grams), max(e.effective_on)
          FROM new_entries AS e JOIN public.reserve_account AS a ON a.id = e.account_id
         WHERE NOT EXISTS (SELECT FROM public.reserve_balance AS o
                            WHERE o.account_id = e.account_id AND o.lot_id = e.lot_id)
         GROUP BY e.account_id, e.lot_id, a.may_be_negative
         ORDER BY e.account_id, e.lot_id
        ON CONFLICT (account_id, lot_id) DO UPDATE
           SET grams = b.grams + excluded.grams,
               last_effective_on = greatest(b.last_effective_on, excluded.last_effective_on);
    END IF;
    IF back_dated THEN
        PERFORM guard.no_later_day_falls_below_zero(e.account_id, e.lot_id, e.effective_on)
           FROM new_entries AS e
           JOIN public.reserve_account AS a ON a.id = e.account_id AND NOT a.may_be_negative
          WHERE e.grams < 0;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION guard.only_entries_write_balances() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Depth 1 is this trigger alone; from within the guard on entries it is 2.
    IF pg_trigger_depth() < 2 OR TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION '余额只由分录形成'
            USING ERRCODE = 'QL005', CONSTRAINT = 'balances_equal_the_sum_of_entries';
    END IF;
    RETURN NULL;
END
$$;

-- ── 4 · No balance falls below zero on any day ──
-- The CHECK on the balance keeps today; this keeps every later day when an entry is back-dated.
CREATE FUNCTION guard.lowest_from(account bigint, lot bigint, day date) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT min(d.running)::bigint
      FROM (SELECT e.effective_on,
                   sum(sum(e.grams)) OVER (ORDER BY e.effective_on) AS running
              FROM public.reserve_entry AS e
             WHERE e.account_id = account AND e.lot_id = lot
             GROUP BY e.effective_on
             UNION ALL
            SELECT day, coalesce(sum(e.grams), 0)
              FROM public.reserve_entry AS e
             WHERE e.account_id = account AND e.lot_id = lot AND e.effective_on <= day) AS d
     WHERE d.effective_on >= day
$$;

CREATE FUNCTION guard.no_later_day_falls_below_zero(account bigint, lot bigint, day date)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF guard.lowest_from(account, lot, day) < 0 THEN
        RAISE EXCEPTION '补登将使%之后某日余额为负', day
            USING ERRCODE = 'QL004', CONSTRAINT = 'no_later_day_falls_below_zero',
                  DETAIL = jsonb_build_object('effective_on', day, 'account', account)::text;
    END IF;
END
$$;

CREATE TRIGGER d_entries_move_balances AFTER INSERT ON public.reserve_entry
    REFERENCING NEW TABLE AS new_entries
    FOR EACH STATEMENT EXECUTE FUNCTION guard.entries_move_balances();
CREATE TRIGGER balances_equal_the_sum_of_entries
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.reserve_balance
    FOR EACH STATEMENT EXECUTE FUNCTION guard.only_entries_write_balances();
