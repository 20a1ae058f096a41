-- Promises 7, 8 and 10: what enters, by whose hands, and past which debts.

-- ── Locks on what a place owes: voids and admissions of one place and pollutant take turns ──
CREATE FUNCTION guard.lock_debt(place text, pollutant text) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_advisory_xact_lock(7103, hashtext(place || '/' || pollutant))
$$;

CREATE FUNCTION guard.open_debt(place text, pollutant text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (SELECT coalesce(sum(d.grams), 0) FROM public.reserve_debt AS d
             WHERE d.place_id = place AND d.pollutant = open_debt.pollutant)::bigint
         - (SELECT coalesce(sum(b.grams), 0) FROM public.reserve_balance AS b
              JOIN public.reserve_account AS a ON a.id = b.account_id
             WHERE a.kind = 'COVER' AND a.place_id = place
               AND a.pollutant = open_debt.pollutant)::bigint
$$;
COMMENT ON FUNCTION guard.open_debt(text, text) IS 'Grams that a place still owes.';

-- ── 7 · A source enters once, in one transfer, and its fates sum to what was verified ──
CREATE FUNCTION guard.fates_sum_to_what_was_verified() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    brought bigint;
BEGIN
    -- What left ORIGIN (or OUTSIDE) is, by promise 2, the sum of all the fates.
    SELECT coalesce(sum(e.grams), 0) INTO brought
      FROM public.reserve_entry AS e
      JOIN public.reserve_lot AS l ON l.id = e.lot_id
      JOIN public.reserve_account AS a ON a.id = e.account_id
     WHERE l.source_id = NEW.id AND e.transfer_id = NEW.transfer_id AND a.may_be_negative;
    IF brought <> -NEW.verified_grams THEN
        RAISE EXCEPTION '去向之和须等于核定量：%', NEW.number
            USING ERRCODE = 'QL007', CONSTRAINT = 'fates_sum_to_what_was_verified',
                  DETAIL = jsonb_build_object('verified', NEW.verified_grams,
                                              'fates', -brought)::text;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION guard.mass_comes_only_from_its_source() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- By promise 11 no other kind draws on ORIGIN or OUTSIDE, but corrections and reversals.
    IF NOT EXISTS (SELECT FROM new_entries AS e
                     JOIN public.reserve_transfer AS t ON t.id = e.transfer_id
                    WHERE t.kind IN ('ADMISSION', 'REWARD', 'TRADE_IN', 'OPENING')) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        SELECT FROM new_entries AS e
          JOIN public.reserve_account AS a ON a.id = e.account_id AND a.may_be_negative
          JOIN public.reserve_transfer AS t ON t.id = e.transfer_id
          JOIN public.reserve_lot AS l ON l.id = e.lot_id
          JOIN public.reserve_source AS s ON s.id = l.source_id
         WHERE e.grams < 0 AND s.transfer_id <> t.id
           AND t.kind NOT IN ('CORRECTION', 'REVERSAL')
    ) THEN
        RAISE EXCEPTION '来源只能入库一次'
            USING ERRCODE = 'QL007', CONSTRAINT = 'mass_comes_only_from_its_source';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION guard.a_lot_repeats_its_source() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    of public.reserve_source;
BEGIN
    SELECT * INTO of FROM public.reserve_source AS s WHERE s.id = NEW.source_id;
    IF NEW.name <> of.kind || '/' || of.number || '/' || of.pollutant
       OR NEW.pollutant <> of.pollutant THEN
        RAISE EXCEPTION '批次须与来源一致'
            USING ERRCODE = 'QL003', CONSTRAINT = 'entry_account_and_lot_agree_on_the_pollutant';
    END IF;
    RETURN NULL;
END
$$;

-- ── 8 · Who declares, screens, reviews and posts are different people ──
CREATE FUNCTION guard.a_source_passes_many_hands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    brought public.reserve_transfer;
    expected text;
BEGIN
    SELECT * INTO brought FROM public.reserve_transfer AS t WHERE t.id = NEW.transfer_id;
    IF brought.xid IS DISTINCT FROM pg_current_xact_id() THEN
        RAISE EXCEPTION '来源只能随其划转一并登记'
            USING ERRCODE = 'QL001', CONSTRAINT = 'no_entry_joins_a_transfer_later';
    END IF;
    expected := CASE NEW.kind WHEN 'CLAIM' THEN 'ADMISSION' WHEN 'REWARD' THEN 'REWARD'
                              WHEN 'INBOUND_TRADE' THEN 'TRADE_IN' ELSE 'OPENING' END;
    IF brought.kind <> expected THEN
        RAISE EXCEPTION '%来源不得经%类划转入库', NEW.kind, brought.kind
            USING ERRCODE = 'QL011',
                  CONSTRAINT = 'a_transfer_moves_between_accounts_its_kind_names';
    END IF;
    IF brought.author_id IN (NEW.declared_by_id, NEW.screened_by_id)
       OR brought.author_id = ANY (NEW.reviewed_by)
       OR NEW.declared_by_id = ANY (NEW.reviewed_by)
       OR NEW.screened_by_id = ANY (NEW.reviewed_by) THEN
        RAISE EXCEPTION '申报、初审、审核、入库须由不同的人办理：%', NEW.number
            USING ERRCODE = 'QL008',
                  CONSTRAINT = 'who_declares_screens_reviews_and_posts_are_different_people';
    END IF;
    IF EXISTS (SELECT FROM unnest(NEW.reviewed_by) AS r (id)
                WHERE NOT EXISTS (SELECT FROM public.kernel_person AS p WHERE p.id = r.id)) THEN
        RAISE EXCEPTION '审核人不存在'
            USING ERRCODE = 'QL008',
                  CONSTRAINT = 'who_declares_screens_reviews_and_posts_are_different_people';
    END IF;
    RETURN NULL;
END
$$;

-- ── 10 · No admission passes by an open debt ──
CREATE FUNCTION guard.no_admission_passes_by_a_debt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    owed bigint;
BEGIN
    PERFORM guard.lock_debt(NEW.place_id, NEW.pollutant);
    owed := guard.open_debt(NEW.place_id, NEW.pollutant);
    IF owed > 0 AND EXISTS (
        SELECT FROM public.reserve_entry AS e
          JOIN public.reserve_lot AS l ON l.id = e.lot_id AND l.source_id = NEW.id
          JOIN public.reserve_account AS a ON a.id = e.account_id
         -- What a polluter keeps of its own treatment never was the place's (§13).
         WHERE e.transfer_id = NEW.transfer_id AND a.kind = 'RESERVE'
    ) THEN
        RAISE EXCEPTION '申报地区尚有亏欠未抵扣：% %', NEW.place_id, NEW.pollutant
            USING ERRCODE = 'QL010', CONSTRAINT = 'no_admission_passes_by_an_open_debt',
                  DETAIL = jsonb_build_object('place', NEW.place_id, 'pollutant', NEW.pollutant,
                                              'owed', owed)::text;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION guard.cover_repays_no_more_than_is_owed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    over record;
BEGIN
    -- By promise 11 no other kind gives to COVER.
    IF NOT EXISTS (SELECT FROM new_entries AS e
                     JOIN public.reserve_transfer AS t ON t.id = e.transfer_id
                    WHERE t.kind IN ('ADMISSION', 'REWARD', 'GIVE_BACK', 'REPAYMENT',
                                     'CORRECTION', 'REVERSAL')) THEN
        RETURN NULL;
    END IF;
    -- Whoever repays takes its turn, or two halves would each look small enough.
    PERFORM guard.lock_debt(c.place_id, c.pollutant)
       FROM (SELECT DISTINCT a.place_id, a.pollutant
               FROM new_entries AS e
               JOIN public.reserve_account AS a ON a.id = e.account_id AND a.kind = 'COVER'
              WHERE e.grams > 0 ORDER BY 1, 2) AS c;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT a.place_id, a.pollutant INTO over
      FROM (SELECT DISTINCT e.account_id FROM new_entries AS e WHERE e.grams > 0) AS n
      JOIN public.reserve_account AS a ON a.id = n.account_id AND a.kind = 'COVER'
     WHERE guard.open_debt(a.place_id, a.pollutant) < 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '抵扣超过亏欠：% %', over.place_id, over.pollutant
            USING ERRCODE = 'QL010', CONSTRAINT = 'nobody_repays_more_than_is_owed',
                  DETAIL = jsonb_build_object('place', over.place_id,
                                              'pollutant', over.pollutant)::text;
    END IF;
    RETURN NULL;
END
$$;

-- A debt is what a void left spent, gram for gram, or what the opening stock said.
CREATE FUNCTION guard.a_debt_has_its_reason() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    cause record;
BEGIN
    PERFORM guard.lock_debt(NEW.place_id, NEW.pollutant);
    SELECT t.kind, t.xid INTO cause FROM public.reserve_transfer AS t WHERE t.id = NEW.transfer_id;
    IF cause.xid IS DISTINCT FROM pg_current_xact_id()
       OR cause.kind IS DISTINCT FROM
          (CASE WHEN NEW.lot_id IS NULL THEN 'OPENING' ELSE 'VOID' END)
       OR (NEW.lot_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM public.reserve_voiding AS v
              JOIN public.reserve_lot AS l ON l.id = v.lot_id
              JOIN public.reserve_source AS s ON s.id = l.source_id
             WHERE v.lot_id = NEW.lot_id AND v.transfer_id = NEW.transfer_id
               AND v.owed_grams = NEW.grams AND s.place_id = NEW.place_id
               AND l.pollutant = NEW.pollutant)) THEN
        RAISE EXCEPTION '亏欠须由作废或期初登记形成'
            USING ERRCODE = 'QL010', CONSTRAINT = 'a_debt_has_its_reason';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION guard.a_void_leaves_nothing_unspent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    unspent bigint;
    spent bigint;
    voided bigint;
BEGIN
    SELECT coalesce(sum(b.grams) FILTER (
               WHERE a.kind IN ('HELD', 'RESERVE', 'HOLDING', 'BINDING')), 0),
           coalesce(sum(b.grams) FILTER (
               WHERE a.kind IN ('USED', 'COVER', 'OUTSIDE') AND b.grams > 0), 0),
           coalesce(sum(b.grams) FILTER (WHERE a.kind = 'VOID'), 0)
      INTO unspent, spent, voided
      FROM public.reserve_balance AS b JOIN public.reserve_account AS a ON a.id = b.account_id
     WHERE b.lot_id = NEW.lot_id;
    IF unspent <> 0 OR spent <> NEW.owed_grams OR voided <> NEW.voided_grams
       OR (NEW.owed_grams > 0) <> EXISTS (
            SELECT FROM public.reserve_debt AS d WHERE d.lot_id = NEW.lot_id)
       OR NOT EXISTS (SELECT FROM public.reserve_transfer AS t
                       WHERE t.id = NEW.transfer_id AND t.kind = 'VOID'
                         AND t.xid = pg_current_xact_id()) THEN
        RAISE EXCEPTION '作废须收回全部未用部分，其余形成亏欠'
            USING ERRCODE = 'QL010', CONSTRAINT = 'a_void_leaves_nothing_unspent';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION guard.a_voided_lot_comes_back_nowhere() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM new_entries AS e
          JOIN public.reserve_voiding AS v ON v.lot_id = e.lot_id
          JOIN public.reserve_account AS a ON a.id = e.account_id
         WHERE e.grams > 0 AND a.kind NOT IN ('VOID', 'COVER')
    ) THEN
        RAISE EXCEPTION '该批次已作废，只能抵扣亏欠'
            USING ERRCODE = 'QL010', CONSTRAINT = 'a_voided_lot_comes_back_nowhere';
    END IF;
    RETURN NULL;
END
$$;

-- ── The guards take their posts ──
CREATE CONSTRAINT TRIGGER fates_sum_to_what_was_verified AFTER INSERT ON public.reserve_source
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION guard.fates_sum_to_what_was_verified();
CREATE TRIGGER who_declares_screens_reviews_and_posts_are_different_people
    AFTER INSERT ON public.reserve_source
    FOR EACH ROW EXECUTE FUNCTION guard.a_source_passes_many_hands();
CREATE CONSTRAINT TRIGGER no_admission_passes_by_an_open_debt AFTER INSERT ON public.reserve_source
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind IN ('CLAIM', 'REWARD'))
    EXECUTE FUNCTION guard.no_admission_passes_by_a_debt();
CREATE TRIGGER a_lot_repeats_its_source AFTER INSERT ON public.reserve_lot
    FOR EACH ROW EXECUTE FUNCTION guard.a_lot_repeats_its_source();
CREATE TRIGGER f_mass_comes_only_from_its_source AFTER INSERT ON public.reserve_entry
    REFERENCING NEW TABLE AS new_entries
    FOR EACH STATEMENT EXECUTE FUNCTION guard.mass_comes_only_from_its_source();
CREATE TRIGGER g_nobody_repays_more_than_is_owed AFTER INSERT ON public.reserve_entry
    REFERENCING NEW TABLE AS new_entries
    FOR EACH STATEMENT EXECUTE FUNCTION guard.cover_repays_no_more_than_is_owed();
CREATE TRIGGER h_a_voided_lot_comes_back_nowhere AFTER INSERT ON public.reserve_entry
    REFERENCING NEW TABLE AS new_entries
    FOR EACH STATEMENT EXECUTE FUNCTION guard.a_voided_lot_comes_back_nowhere();
CREATE TRIGGER a_debt_has_its_reason AFTER INSERT ON public.reserve_debt
    FOR EACH ROW EXECUTE FUNCTION guard.a_debt_has_its_reason();
CREATE CONSTRAINT TRIGGER a_void_leaves_nothing_unspent AFTER INSERT ON public.reserve_voiding
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION guard.a_void_leaves_nothing_unspent();
