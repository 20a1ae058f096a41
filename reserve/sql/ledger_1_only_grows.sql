-- Promises 1, 2, 3, 6: what a transfer and its entries must be, whoever inserts them.
-- Every function is SECURITY DEFINER with a fixed search_path and names its tables in full.
-- A plan is kept from the day it was made, maybe on a small table; enable_seqscan = off, here and
-- in the posting functions, keeps it to the index when the table has grown.

-- ── 1 · Entries and transfers are never updated, deleted, truncated, nor joined later ──
CREATE FUNCTION guard.ledger_only_grows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '台账只增不改：%', TG_TABLE_NAME
        USING ERRCODE = 'QL001', CONSTRAINT = 'the_ledger_only_grows';
END
$$;

CREATE FUNCTION guard.entries_join_no_old_transfer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- All lines of a transfer come in one statement, in the transaction that opened it. They are
    -- numbered from 1 to its count of lines, so that no second statement finds a number free.
    IF EXISTS (
        SELECT FROM (SELECT e.transfer_id, count(*) AS lines, max(e.line) AS last_line,
                            min(e.effective_on) AS first_on, max(e.effective_on) AS last_on
                       FROM new_entries AS e GROUP BY e.transfer_id) AS n
          LEFT JOIN public.reserve_transfer AS t ON t.id = n.transfer_id
         WHERE t.xid IS DISTINCT FROM pg_current_xact_id()
            OR t.lines <> n.lines OR t.lines <> n.last_line
            OR t.effective_on <> n.first_on OR t.effective_on <> n.last_on
    ) THEN
        RAISE EXCEPTION '分录只能随其划转一并登记'
            USING ERRCODE = 'QL001', CONSTRAINT = 'no_entry_joins_a_transfer_later';
    END IF;
    RETURN NULL;
END
$$;

-- ── 2 · A transfer sums to zero for every lot ──
-- Every statement must balance by itself, which is stricter than at commit and cannot be put off.
CREATE FUNCTION guard.transfers_sum_to_zero() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM new_entries AS e GROUP BY e.transfer_id, e.lot_id
               HAVING sum(e.grams) <> 0 OR bool_or(e.grams = 0)) THEN
        IF EXISTS (SELECT FROM new_entries AS e WHERE e.grams = 0) THEN
            RAISE EXCEPTION '分录的数量不得为零'
                USING ERRCODE = 'QL002', CONSTRAINT = 'an_entry_moves_something';
        END IF;
        RAISE EXCEPTION '划转中每一批次的借贷须相等'
            USING ERRCODE = 'QL002', CONSTRAINT = 'a_transfer_sums_to_zero_for_every_lot';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION guard.transfers_have_their_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.reserve_entry AS e WHERE e.transfer_id = NEW.id)
       -- A void of what is wholly spent moves nothing and leaves a debt; so may an opening debt.
       AND NOT EXISTS (SELECT FROM public.reserve_debt AS d WHERE d.transfer_id = NEW.id) THEN
        RAISE EXCEPTION '划转 % 没有分录', NEW.key
            USING ERRCODE = 'QL002', CONSTRAINT = 'a_transfer_has_its_entries';
    END IF;
    RETURN NULL;
END
$$;

-- ── 3 · Entry, account and lot agree on the pollutant; the kind names the accounts it moves ──
CREATE FUNCTION guard.lawful_moves() RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_to_array(
        'ADMISSION-ORIGIN ADMISSION+RESERVE ADMISSION+HOLDING ADMISSION+BINDING '
        'ADMISSION+PRIOR_USE ADMISSION+COVER '
        'OPENING-ORIGIN OPENING+RESERVE OPENING+HOLDING OPENING+HELD OPENING+USED '
        'REWARD-ORIGIN REWARD+RESERVE REWARD+COVER '
        'BUY_IN-HOLDING BUY_IN+RESERVE '
        'HOLD-RESERVE HOLD-HOLDING HOLD+HELD '
        'UNHOLD-HELD UNHOLD+RESERVE UNHOLD+HOLDING '
        'RELEASE-HELD RELEASE+USED '
        'GIVE_BACK-USED GIVE_BACK+RESERVE GIVE_BACK+HOLDING GIVE_BACK+COVER '
        'TRADE-RESERVE TRADE-HOLDING TRADE-HELD TRADE+RESERVE TRADE+HOLDING '
        'TRADE_IN-OUTSIDE TRADE_IN+RESERVE TRADE_IN+HOLDING '
        'TRADE_OUT-RESERVE TRADE_OUT-HOLDING TRADE_OUT-HELD TRADE_OUT+OUTSIDE '
        'VOID-HELD VOID-RESERVE VOID-HOLDING VOID-BINDING VOID+VOID '
        'REPAYMENT-RESERVE REPAYMENT-HOLDING REPAYMENT+COVER '
        'CORRECTION-ORIGIN CORRECTION-RESERVE CORRECTION-HOLDING CORRECTION-BINDING '
        'CORRECTION-PRIOR_USE CORRECTION-COVER CORRECTION+ORIGIN CORRECTION+RESERVE '
        'CORRECTION+HOLDING CORRECTION+BINDING CORRECTION+PRIOR_USE CORRECTION+COVER', ' ')
$$;

CREATE FUNCTION guard.entries_agree() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    lawful CONSTANT text[] := guard.lawful_moves();
    wrong record;
BEGIN
    SELECT (a.pollutant IS DISTINCT FROM e.pollutant
            OR l.pollutant IS DISTINCT FROM e.pollutant) AS mixed,
           t.kind AS transfer_kind, a.kind AS account_kind, e.grams INTO wrong
      FROM new_entries AS e
      JOIN public.reserve_transfer AS t ON t.id = e.transfer_id
      LEFT JOIN public.reserve_account AS a ON a.id = e.account_id
      LEFT JOIN public.reserve_lot AS l ON l.id = e.lot_id
     WHERE a.pollutant IS DISTINCT FROM e.pollutant OR l.pollutant IS DISTINCT FROM e.pollutant
        OR (t.kind <> 'REVERSAL'
            AND t.kind || CASE WHEN e.grams > 0 THEN '+' ELSE '-' END || a.kind <> ALL (lawful))
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF wrong.mixed THEN
        RAISE EXCEPTION '分录、账户与批次的污染物须一致'
            USING ERRCODE = 'QL003', CONSTRAINT = 'entry_account_and_lot_agree_on_the_pollutant';
    END IF;
    RAISE EXCEPTION '%类划转不得%记入%账户', wrong.transfer_kind,
            CASE WHEN wrong.grams > 0 THEN '增' ELSE '减' END, wrong.account_kind
        USING ERRCODE = 'QL011', CONSTRAINT = 'a_transfer_moves_between_accounts_its_kind_names';
END
$$;

-- ── 6 · One transfer, at most one reversal, and the reversal undoes exactly what it names ──
CREATE FUNCTION guard.reversals_undo_exactly() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
BEGIN
    IF (SELECT t.kind IN ('REVERSAL', 'VOID', 'CORRECTION')
          FROM public.reserve_transfer AS t WHERE t.id = NEW.reverses_id) THEN
        RAISE EXCEPTION '冲正、作废与更正不得再被冲正'
            USING ERRCODE = 'QL006', CONSTRAINT = 'a_reversal_is_not_reversed';
    END IF;
    IF EXISTS (
        SELECT FROM (SELECT e.account_id, e.lot_id, e.grams FROM public.reserve_entry AS e
                      WHERE e.transfer_id = NEW.id
                      UNION ALL
                     SELECT e.account_id, e.lot_id, e.grams FROM public.reserve_entry AS e
                      WHERE e.transfer_id = NEW.reverses_id) AS both_sides
         GROUP BY account_id, lot_id HAVING sum(grams) <> 0
    ) THEN
        RAISE EXCEPTION '冲正须与原划转逐笔相反'
            USING ERRCODE = 'QL006', CONSTRAINT = 'a_reversal_undoes_exactly_what_it_names';
    END IF;
    RETURN NULL;
END
$$;

-- ── The guards take their posts ──
CREATE TRIGGER the_ledger_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE
    ON public.reserve_transfer FOR EACH STATEMENT EXECUTE FUNCTION guard.ledger_only_grows();
CREATE TRIGGER the_ledger_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE
    ON public.reserve_entry FOR EACH STATEMENT EXECUTE FUNCTION guard.ledger_only_grows();
CREATE TRIGGER the_ledger_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE
    ON public.reserve_account FOR EACH STATEMENT EXECUTE FUNCTION guard.ledger_only_grows();
CREATE TRIGGER the_ledger_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE
    ON public.reserve_source FOR EACH STATEMENT EXECUTE FUNCTION guard.ledger_only_grows();
CREATE TRIGGER the_ledger_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE
    ON public.reserve_lot FOR EACH STATEMENT EXECUTE FUNCTION guard.ledger_only_grows();
CREATE TRIGGER the_ledger_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE
    ON public.reserve_voiding FOR EACH STATEMENT EXECUTE FUNCTION guard.ledger_only_grows();
CREATE TRIGGER the_ledger_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE
    ON public.reserve_debt FOR EACH STATEMENT EXECUTE FUNCTION guard.ledger_only_grows();
CREATE TRIGGER the_ledger_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE
    ON public.reserve_closedquarter FOR EACH STATEMENT EXECUTE FUNCTION guard.ledger_only_grows();

CREATE CONSTRAINT TRIGGER a_transfer_has_its_entries AFTER INSERT ON public.reserve_transfer
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION guard.transfers_have_their_entries();
CREATE CONSTRAINT TRIGGER a_reversal_undoes_exactly AFTER INSERT ON public.reserve_transfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL)
    EXECUTE FUNCTION guard.reversals_undo_exactly();

CREATE TRIGGER a_no_entry_joins_a_transfer_later AFTER INSERT ON public.reserve_entry
    REFERENCING NEW TABLE AS new_entries
    FOR EACH STATEMENT EXECUTE FUNCTION guard.entries_join_no_old_transfer();
CREATE TRIGGER b_a_transfer_sums_to_zero_for_every_lot AFTER INSERT ON public.reserve_entry
    REFERENCING NEW TABLE AS new_entries
    FOR EACH STATEMENT EXECUTE FUNCTION guard.transfers_sum_to_zero();
CREATE TRIGGER c_entry_account_and_lot_agree AFTER INSERT ON public.reserve_entry
    REFERENCING NEW TABLE AS new_entries
    FOR EACH STATEMENT EXECUTE FUNCTION guard.entries_agree();
