-- The quarterly dispatch: rounds born by a step and moved by their table; what was found only grows;
-- rows of a list are corrected by a later list alone; a task is settled, and else stands.

SELECT guard.follow_from_birth('public.allocation_dispatchround', 'dispatch', 'proposed', 'run');
SELECT guard.stand('public.allocation_dispatchround', '{
    "confirmed": ["confirmed_by_id", "confirmed_on", "document"]}');
SELECT guard.sign('public.allocation_dispatchround', 'by_id', 'confirmed_by_id');

SELECT guard.keep('public.allocation_finding');
SELECT guard.keep('public.allocation_matchopinion');
SELECT guard.sign('public.allocation_matchopinion', 'by_id');

SELECT guard.stand('public.allocation_dispatchtask',
                   '{"": ["done", "said_by_id", "said_on", "note", "vanished"]}');
SELECT guard.sign('public.allocation_dispatchtask', 'said_by_id');

SELECT guard.stand('public.allocation_dispatchlist', '{"": ["taken_at", "counts"]}');
SELECT guard.sign('public.allocation_dispatchlist', 'by_id');

-- ── What a version found is written when it is made, and never joined later ──
CREATE FUNCTION guard.found_by_its_round() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.allocation_dispatchround AS r
                    WHERE r.id = NEW.round_id AND r.status = 'proposed'
                      AND r.xid = pg_current_xact_id()) THEN
        RAISE EXCEPTION '调度已成稿，不得补入'
            USING ERRCODE = 'QG001', CONSTRAINT = 'what_a_dispatch_found_stands';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER found_by_its_round BEFORE INSERT ON public.allocation_finding
FOR EACH ROW EXECUTE FUNCTION guard.found_by_its_round();

-- ── A list is taken in once ──
CREATE FUNCTION guard.list_is_taken_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.taken_at IS NOT NULL THEN
        RAISE EXCEPTION '清单已入账'
            USING ERRCODE = 'QG001', CONSTRAINT = 'a_list_is_taken_in_once';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER list_is_taken_once BEFORE UPDATE ON public.allocation_dispatchlist
FOR EACH ROW EXECUTE FUNCTION guard.list_is_taken_once();

-- ── A row is corrected by a later list, under its own number ──
CREATE FUNCTION guard.listed_row_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- Who it is may become known at any time.
    later CONSTANT text[] := ARRAY['polluter_id'];
BEGIN
    IF TG_OP = 'DELETE' OR NEW.number <> OLD.number
       OR (to_jsonb(NEW) - later <> to_jsonb(OLD) - later AND NEW.list_id <= OLD.list_id) THEN
        RAISE EXCEPTION '清单内容只由后一清单更正'
            USING ERRCODE = 'QG001', CONSTRAINT = 'a_listed_row_is_corrected_by_a_later_list';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER listed_row_stands BEFORE UPDATE OR DELETE ON public.allocation_eiaapproval
FOR EACH ROW EXECUTE FUNCTION guard.listed_row_stands();
CREATE TRIGGER listed_row_stands BEFORE UPDATE OR DELETE ON public.allocation_permitcancellation
FOR EACH ROW EXECUTE FUNCTION guard.listed_row_stands();

REVOKE ALL ON FUNCTION guard.found_by_its_round(), guard.list_is_taken_once(),
    guard.listed_row_stands() FROM PUBLIC;

SELECT guard.watch('public.allocation_dispatchlist');
SELECT guard.watch('public.allocation_eiaapproval');
SELECT guard.watch('public.allocation_permitcancellation');
SELECT guard.watch('public.allocation_matchopinion');
SELECT guard.watch('public.allocation_dispatchround');
SELECT guard.watch('public.allocation_dispatchtask');
SELECT guard.watch('public.allocation_finding');
