-- Nothing is granted without cover (§7, §8, §21): what the status says is what the ledger has.

-- Grams that lie under a hold's number, or that a project got by an application and still has.
CREATE FUNCTION guard.set_aside(application text, pollutant text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(sum(b.grams), 0)::bigint
      FROM public.reserve_account AS a
      JOIN public.reserve_balance AS b ON b.account_id = a.id
     WHERE a.kind = 'HELD' AND a.case_number = set_aside.application
       AND a.pollutant = coalesce(set_aside.pollutant, a.pollutant)
$$;

CREATE FUNCTION guard.granted(application bigint, pollutant text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(sum(e.grams), 0)::bigint
      FROM public.allocation_voucher AS v
      JOIN public.reserve_entry AS e
        ON e.transfer_id = v.transfer_id
        OR e.transfer_id IN (SELECT g.transfer_id FROM public.allocation_giveback AS g
                              WHERE g.voucher_id = v.id)
      JOIN public.reserve_account AS a ON a.id = e.account_id AND a.kind = 'USED'
      JOIN public.allocation_application AS x ON x.id = v.application_id
      JOIN public.allocation_project AS p ON p.id = x.project_id
       AND a.case_number = p.number
     WHERE v.application_id = granted.application
       AND e.pollutant = coalesce(granted.pollutant, e.pollutant)
$$;

CREATE FUNCTION guard.application_is_backed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    act CONSTANT text := coalesce(current_setting('quota.verb', true), '');
    bureau text;
    missing text;
BEGIN
    -- ── Filed with its duties and its sheet ──
    IF act = 'file' AND (
        NOT EXISTS (SELECT FROM public.allocation_applicationline AS l
                     WHERE l.application_id = NEW.id)
        OR NOT EXISTS (SELECT FROM public.allocation_applicationsheet AS s
                        WHERE s.application_id = NEW.id AND s.version = NEW.version
                          AND s.moment = 'filed')) THEN
        RAISE EXCEPTION '申请须有替代量与评估单'
            USING ERRCODE = 'QD001', CONSTRAINT = 'an_application_is_filed_with_its_sheet';
    END IF;

    -- ── Assessed by every division that it concerns ──
    IF NEW.status = 'assessed' AND OLD.status = 'screened' AND EXISTS (
        SELECT FROM public.allocation_applicationline AS l
         WHERE l.application_id = NEW.id AND NOT EXISTS (
             SELECT FROM public.allocation_divisionopinion AS o
              WHERE o.application_id = NEW.id AND o.version = NEW.version
                AND o.medium = CASE WHEN l.pollutant IN ('COD', 'NH3N', 'TN', 'TP')
                                    THEN 'water' ELSE 'air' END)) THEN
        RAISE EXCEPTION '尚有要素处室未审核'
            USING ERRCODE = 'QD001', CONSTRAINT = 'every_division_assesses_before_the_hold';
    END IF;

    -- ── Held: what must be replaced is set aside ──
    IF NEW.status = 'held' AND OLD.status <> 'held' THEN
        SELECT l.pollutant INTO missing FROM public.allocation_applicationline AS l
         WHERE l.application_id = NEW.id
           AND guard.set_aside(NEW.number, l.pollutant) < l.required LIMIT 1;
        IF FOUND OR NOT EXISTS (
            SELECT FROM public.allocation_applicationsheet AS s
             WHERE s.application_id = NEW.id AND s.version = NEW.version AND s.moment = 'held')
        THEN
            RAISE EXCEPTION '预留量少于须替代量：% %', NEW.number, missing
                USING ERRCODE = 'QD002', CONSTRAINT = 'nothing_is_held_without_cover';
        END IF;
    END IF;

    -- ── Vouchered: what must be replaced is the project's, and every reserve has signed ──
    IF NEW.status = 'vouchered' AND OLD.status <> 'vouchered' THEN
        SELECT l.pollutant INTO missing FROM public.allocation_applicationline AS l
         WHERE l.application_id = NEW.id AND guard.granted(NEW.id, l.pollutant) < l.required
         LIMIT 1;
        IF FOUND OR guard.set_aside(NEW.number, NULL) <> 0 OR NOT EXISTS (
            SELECT FROM public.allocation_voucher AS v
              JOIN public.reserve_transfer AS t ON t.id = v.transfer_id
             WHERE v.application_id = NEW.id AND t.kind = 'RELEASE'
               AND t.key = 'application/' || NEW.number || '/release') THEN
            RAISE EXCEPTION '投放量少于须替代量：% %', NEW.number, missing
                USING ERRCODE = 'QD002', CONSTRAINT = 'nothing_is_vouchered_without_cover';
        END IF;
        SELECT p.path INTO bureau FROM public.kernel_place AS at, public.kernel_place AS p
         WHERE at.code = NEW.place_id AND starts_with(at.path, p.path)
         ORDER BY p.tier <> 'county', length(p.path) DESC LIMIT 1;
        SELECT s.place_id INTO missing
          FROM public.allocation_applicationsource AS s
          JOIN public.kernel_place AS p ON p.code = s.place_id
         WHERE s.application_id = NEW.id AND NOT starts_with(p.path, bureau)
           AND NOT EXISTS (SELECT FROM public.allocation_signature AS g
                            WHERE g.application_id = NEW.id AND g.version = NEW.version
                              AND g.hand = 'release' AND g.place_id = s.place_id) LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION '储备 % 尚未签署投放', missing
                USING ERRCODE = 'QD003', CONSTRAINT = 'every_reserve_signs_what_it_releases';
        END IF;
    END IF;

    -- ── Left: nothing stays set aside for what is over, nothing stays with what was undone ──
    IF OLD.status = 'held' AND NEW.status IN ('refused', 'withdrawn', 'expired')
       AND guard.set_aside(NEW.number, NULL) <> 0 THEN
        RAISE EXCEPTION '预留尚未退回：%', NEW.number
            USING ERRCODE = 'QD002', CONSTRAINT = 'what_is_over_holds_nothing';
    END IF;
    IF NEW.status IN ('given_back', 'annulled') AND guard.granted(NEW.id, NULL) <> 0 THEN
        RAISE EXCEPTION '指标尚未全部退回：%', NEW.number
            USING ERRCODE = 'QD002', CONSTRAINT = 'what_is_undone_uses_nothing';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER step_is_backed BEFORE UPDATE OF status ON public.allocation_application
FOR EACH ROW EXECUTE FUNCTION guard.application_is_backed();

REVOKE ALL ON FUNCTION guard.set_aside(text, text), guard.granted(bigint, text),
    guard.application_is_backed() FROM PUBLIC;
