-- A proposed correction is approved once or rejected once, each in one's own name; a rejection
-- says why, and posts nothing.

CREATE OR REPLACE FUNCTION guard.a_correction_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    verdict text[] := ARRAY['approved_by_id', 'approved_at', 'transfer_key',
                            'rejected_by_id', 'rejected_at', 'rejection_reason'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.proposed_by_id IS DISTINCT FROM guard.person() OR NEW.approved_by_id IS NOT NULL
           OR NEW.rejected_by_id IS NOT NULL
           OR NOT EXISTS (SELECT FROM public.reserve_claim AS c
                           WHERE c.id = NEW.claim_id AND c.status = 'admitted') THEN
            RAISE EXCEPTION '更正只能由本人对已入库的申报提出'
                USING ERRCODE = 'QG004', CONSTRAINT = 'a_correction_is_proposed_before_approval';
        END IF;
    ELSIF OLD.approved_by_id IS NOT NULL OR OLD.rejected_by_id IS NOT NULL
          OR to_jsonb(NEW) - verdict <> to_jsonb(OLD) - verdict
          OR coalesce(NEW.approved_by_id, NEW.rejected_by_id) IS DISTINCT FROM guard.person()
          OR (NEW.rejected_by_id IS NULL) <> (NEW.rejection_reason = '')
          OR NEW.rejected_by_id IS NOT NULL AND NEW.transfer_key <> '' THEN
        RAISE EXCEPTION '更正提出后只能由他人批准或否决一次，不得修改'
            USING ERRCODE = 'QG004', CONSTRAINT = 'a_correction_is_approved_once_as_proposed';
    END IF;
    RETURN NEW;
END
$$;
