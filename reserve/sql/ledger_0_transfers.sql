-- Promises 1, 8 and 12: a transfer says truly who recorded it and when, and in which quarter.

-- ── 1 · A transfer says truly when, by whom and in which transaction it was recorded ──
-- These would partly be CHECKs, but a CHECK is compiled anew in every statement, a trigger's query
-- once a session.
CREATE FUNCTION guard.transfers_are_signed_and_dated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who CONSTANT bigint := nullif(current_setting('quota.person', true), '')::bigint;
    broken text;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        -- Below a frozen snapshot the guards would look at a ledger of yesterday.
        RAISE EXCEPTION '登记须在读已提交隔离级别下进行'
            USING ERRCODE = 'QL001', CONSTRAINT = 'a_transfer_is_recorded_in_the_present';
    END IF;
    SELECT CASE
        WHEN who IS NULL OR NOT EXISTS (SELECT FROM public.kernel_person AS p WHERE p.id = who)
          OR (t.prepared_by_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM public.kernel_person AS p WHERE p.id = t.prepared_by_id))
            THEN 'no_transfer_is_without_a_person'
        WHEN t.xid <> pg_current_xact_id() OR t.author_id <> who
          OR t.recorded_at NOT BETWEEN now() AND clock_timestamp()
            THEN 'a_transfer_is_recorded_in_the_present'
        WHEN t.key = '' OR t.key || t.document || t.clause || t.reason ~ '[[:cntrl:]]'
            THEN 'what_is_hashed_is_one_line_of_text'
        WHEN (t.kind = 'REVERSAL') <> (t.reverses_id IS NOT NULL)
            THEN 'a_reversal_names_what_it_reverses'
        -- Four eyes, also in the database (§22).
        WHEN t.prepared_by_id = t.author_id THEN 'who_prepares_does_not_post'
        WHEN t.prepared_by_id IS NULL AND t.kind IN ('VOID', 'CORRECTION', 'REVERSAL', 'RELEASE')
            THEN 'a_grave_transfer_is_prepared_by_somebody'
        WHEN t.lines = 0 AND t.kind NOT IN ('VOID', 'OPENING') THEN 'a_transfer_has_its_entries'
        END INTO broken
      FROM new_transfers AS t
     ORDER BY 1 LIMIT 1;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION '划转的登记人、时间或要素不合规定：%', broken
            USING ERRCODE = CASE WHEN broken ~ 'person|prepare' THEN 'QL008' ELSE 'QL001' END,
                  CONSTRAINT = broken;
    END IF;
    RETURN NULL;
END
$$;

-- ── A closed quarter takes none ──
-- Posting shares a lock on its quarter, closing takes it alone. It is an advisory lock: FOR SHARE
-- on one row would be written by every posting of three months.
CREATE FUNCTION guard.quarter_of(day date) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT (extract(year FROM day) * 4 + extract(quarter FROM day))::integer
$$;

CREATE FUNCTION guard.closed_quarters_take_nothing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    stale date;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7101, q.quarter)
       FROM (SELECT DISTINCT guard.quarter_of(t.effective_on) AS quarter
               FROM new_transfers AS t ORDER BY 1) AS q;
    SELECT t.effective_on INTO stale
      FROM new_transfers AS t JOIN public.reserve_closedquarter AS c
        ON c.first_day = date_trunc('quarter', t.effective_on::timestamp)::date LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%所在季度已关账，更正须以新的划转登记', stale
            USING ERRCODE = 'QL012', CONSTRAINT = 'a_closed_quarter_takes_nothing',
                  DETAIL = jsonb_build_object('effective_on', stale)::text;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION guard.a_quarter_is_closed_alone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7101, guard.quarter_of(NEW.first_day));
    IF NEW.closed_by_id IS DISTINCT FROM guard.person() THEN
        RAISE EXCEPTION '关账人须为本人'
            USING ERRCODE = 'QL008', CONSTRAINT = 'no_quarter_is_closed_without_a_person';
    END IF;
    NEW.closed_at := clock_timestamp();
    RETURN NEW;
END
$$;

-- ── The guards take their posts ──
CREATE TRIGGER a_transfer_is_signed_and_dated AFTER INSERT ON public.reserve_transfer
    REFERENCING NEW TABLE AS new_transfers
    FOR EACH STATEMENT EXECUTE FUNCTION guard.transfers_are_signed_and_dated();
CREATE TRIGGER a_closed_quarter_takes_nothing AFTER INSERT ON public.reserve_transfer
    REFERENCING NEW TABLE AS new_transfers
    FOR EACH STATEMENT EXECUTE FUNCTION guard.closed_quarters_take_nothing();
CREATE TRIGGER a_quarter_is_closed_alone BEFORE INSERT ON public.reserve_closedquarter
    FOR EACH ROW EXECUTE FUNCTION guard.a_quarter_is_closed_alone();
