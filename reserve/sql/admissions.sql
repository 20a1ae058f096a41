-- Nothing enters as an admission but what was filed, screened, reviewed, jointly reviewed and
-- confirmed, gram for gram; and what is called admitted lies in the ledger.

-- ── What the ledger takes in is what the claim says ──
CREATE FUNCTION guard.an_admission_follows_its_claim() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    claim public.reserve_claim;
    line public.reserve_claimline;
    wrong text;
BEGIN
    SELECT * INTO claim FROM public.reserve_claim AS c WHERE c.number = NEW.number;
    SELECT * INTO line FROM public.reserve_claimline AS l
     WHERE l.claim_id = claim.id AND l.pollutant = NEW.pollutant;

    wrong := CASE
        WHEN claim.id IS NULL THEN '没有该申报'
        WHEN claim.status <> 'admitted' THEN '申报未入库'
        WHEN line.id IS NULL OR line.status <> 'accepted' THEN '核算行未审核通过'
        WHEN line.verified <> NEW.verified_grams THEN '核定量与申报不符'
        WHEN claim.place_id <> NEW.place_id THEN '申报地区与申报不符'
        WHEN NEW.declared_by_id <> guard.last_actor(claim.id, 'file')
          OR NEW.screened_by_id IS DISTINCT FROM guard.last_actor(claim.id, 'screen')
          OR NOT line.reviewed_by_id = ANY (NEW.reviewed_by) THEN '经办人与办理记录不符'
    END;
    IF wrong IS NULL AND NOT EXISTS (
        SELECT FROM public.reserve_transfer AS t
         WHERE t.id = NEW.transfer_id AND t.author_id = guard.last_actor(claim.id, 'admit')
           AND t.effective_on = claim.admitted_on
    ) THEN
        wrong := '登记人或日期与入库环节不符';
    END IF;
    IF wrong IS NULL THEN
        SELECT '去向与申报不符' INTO wrong
          FROM (SELECT coalesce(sum(e.grams) FILTER (WHERE a.kind = 'BINDING'), 0) AS binding,
                       coalesce(sum(e.grams) FILTER (WHERE a.kind = 'PRIOR_USE'), 0) AS prior,
                       coalesce(sum(e.grams) FILTER (WHERE a.kind = 'RESERVE'), 0) AS reserved,
                       coalesce(sum(e.grams) FILTER (WHERE a.kind = 'HOLDING'), 0) AS kept,
                       coalesce(sum(e.grams) FILTER (WHERE a.kind = 'RESERVE'
                                                       AND p.tier = 'province'), 0) AS province,
                       -- Everybody who takes part lies on the way from the province down.
                       bool_or(a.kind = 'RESERVE'
                               AND NOT starts_with(home.path, p.path)) AS astray,
                       bool_or(a.kind = 'HOLDING'
                               AND a.polluter_id <> claim.polluter_id) AS foreign_hand
                  FROM public.reserve_entry AS e
                  JOIN public.reserve_lot AS l ON l.id = e.lot_id AND l.source_id = NEW.id
                  JOIN public.reserve_account AS a ON a.id = e.account_id
                  LEFT JOIN public.kernel_place AS p ON p.code = a.place_id
                  JOIN public.kernel_place AS home ON home.code = claim.beneficiary_id
                 WHERE e.transfer_id = NEW.transfer_id AND e.grams > 0) AS f
         WHERE f.binding <> line.binding OR f.prior <> line.prior_use OR f.astray OR f.foreign_hand
            OR f.province <> least(line.province_grams, f.reserved)
            OR CASE claim.destination WHEN 'holding' THEN f.reserved ELSE f.kept END <> 0;
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '入库须与已确认的申报一致：% %（%）', NEW.number, NEW.pollutant, wrong
            USING ERRCODE = 'QL012', CONSTRAINT = 'nothing_enters_but_an_admitted_claim';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION guard.last_actor(claim bigint, act text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.person_id FROM public.kernel_step AS s
     WHERE s.workflow = 'claim' AND s.subject = claim AND s.verb = act
     ORDER BY s.id DESC LIMIT 1
$$;

-- ── And what is called admitted lies in the ledger, line by line ──
CREATE FUNCTION guard.an_admitted_claim_is_in_the_ledger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.reserve_claimline AS l
         WHERE l.claim_id = NEW.id AND l.status = 'accepted'
           AND NOT EXISTS (SELECT FROM public.reserve_source AS s
                            WHERE s.kind = 'CLAIM' AND s.number = NEW.number
                              AND s.pollutant = l.pollutant)
    ) THEN
        RAISE EXCEPTION '申报 % 未记入台账，不得列为已入库', NEW.number
            USING ERRCODE = 'QR002', CONSTRAINT = 'an_admitted_claim_is_in_the_ledger';
    END IF;
    RETURN NULL;
END
$$;

-- ── A correction has two pairs of eyes and a transfer that says the same ──
CREATE FUNCTION guard.a_correction_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    verdict text[] := ARRAY['approved_by_id', 'approved_at', 'transfer_key'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.proposed_by_id IS DISTINCT FROM guard.person() OR NEW.approved_by_id IS NOT NULL
           OR NOT EXISTS (SELECT FROM public.reserve_claim AS c
                           WHERE c.id = NEW.claim_id AND c.status = 'admitted') THEN
            RAISE EXCEPTION '更正只能由本人对已入库的申报提出'
                USING ERRCODE = 'QG004', CONSTRAINT = 'a_correction_is_proposed_before_approval';
        END IF;
    ELSIF OLD.approved_by_id IS NOT NULL
          OR to_jsonb(NEW) - verdict <> to_jsonb(OLD) - verdict
          OR NEW.approved_by_id IS DISTINCT FROM guard.person() THEN
        RAISE EXCEPTION '更正提出后只能由他人批准一次，不得修改'
            USING ERRCODE = 'QG004', CONSTRAINT = 'a_correction_is_approved_once_as_proposed';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION guard.an_approved_correction_is_posted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.approved_by_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.reserve_transfer AS t
         WHERE t.key = NEW.transfer_key AND t.author_id = NEW.approved_by_id
           AND t.prepared_by_id = NEW.proposed_by_id
           AND t.kind = CASE WHEN NEW.verified = 0 THEN 'VOID' ELSE 'CORRECTION' END
    ) THEN
        RAISE EXCEPTION '更正已批准而未记账'
            USING ERRCODE = 'QR002', CONSTRAINT = 'an_approved_correction_is_posted';
    END IF;
    RETURN NULL;
END
$$;

-- And the other way round: no correction is posted but an approved one, on its claim's own lot,
-- to exactly what it says was verified; or mass would come from nowhere by a correction's name.
CREATE FUNCTION guard.a_correction_follows_its_approval() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    approved record;
    wrong text;
BEGIN
    SELECT c.verified, c.pollutant, m.number INTO approved
      FROM public.reserve_correction AS c
      JOIN public.reserve_claim AS m ON m.id = c.claim_id
     WHERE c.transfer_key = NEW.key AND c.verified > 0
       AND c.approved_by_id = NEW.author_id AND c.proposed_by_id = NEW.prepared_by_id;
    wrong := CASE
        WHEN NOT FOUND THEN '没有已批准的更正'
        WHEN EXISTS (
            SELECT FROM public.reserve_entry AS e
              JOIN public.reserve_lot AS l ON l.id = e.lot_id
             WHERE e.transfer_id = NEW.id
               AND l.name <> 'CLAIM/' || approved.number || '/' || approved.pollutant)
            THEN '批次不属于该申报'
        WHEN approved.verified <> (
            SELECT -coalesce(sum(e.grams), 0)
              FROM public.reserve_lot AS l
              JOIN public.reserve_entry AS e ON e.lot_id = l.id
              JOIN public.reserve_account AS a ON a.id = e.account_id AND a.kind = 'ORIGIN'
             WHERE l.name = 'CLAIM/' || approved.number || '/' || approved.pollutant)
            THEN '入账合计与批准的核定量不符'
    END;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '更正须与已批准的一致：%（%）', NEW.key, wrong
            USING ERRCODE = 'QL012', CONSTRAINT = 'a_correction_is_posted_as_approved';
    END IF;
    RETURN NULL;
END
$$;

-- ── Evidence of a filed claim stays what it was when it was filed ──
CREATE FUNCTION guard.filed_evidence_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    stands text;
BEGIN
    SELECT c.status INTO stands FROM public.reserve_claim AS c WHERE c.id = NEW.claim_id;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'removed_at' <> to_jsonb(OLD) - 'removed_at'
       OR stands NOT IN ('draft', 'returned')
          AND NOT (TG_OP = 'INSERT' AND NEW.kind = 'photo' AND stands IN ('screened', 'reviewed'))
    THEN
        RAISE EXCEPTION '申报已提交，证明材料不得增删'
            USING ERRCODE = 'QR001', CONSTRAINT = 'evidence_of_a_filed_claim_stands';
    END IF;
    RETURN NEW;
END
$$;

-- ── An inspection is recorded once, by who made it ──
CREATE FUNCTION guard.a_finding_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.finding <> ''
       OR TG_OP = 'UPDATE' AND (OLD.finding <> '' OR NEW.claim_id <> OLD.claim_id
            OR NEW.first_inspector_id IS DISTINCT FROM guard.person()
            OR btrim(NEW.second_inspector) IN ('', (SELECT p.name FROM public.kernel_person AS p
                                                     WHERE p.id = guard.person()))) THEN
        RAISE EXCEPTION '现场核查由两名不同人员核查，由本人登记一次，不得修改'
            USING ERRCODE = 'QG004', CONSTRAINT = 'a_finding_is_recorded_once_by_who_made_it';
    END IF;
    RETURN NEW;
END
$$;

CREATE CONSTRAINT TRIGGER nothing_enters_but_an_admitted_claim AFTER INSERT
    ON public.reserve_source DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.kind = 'CLAIM')
    EXECUTE FUNCTION guard.an_admission_follows_its_claim();
CREATE CONSTRAINT TRIGGER an_admitted_claim_is_in_the_ledger AFTER UPDATE OF status
    ON public.reserve_claim DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.status = 'admitted')
    EXECUTE FUNCTION guard.an_admitted_claim_is_in_the_ledger();
CREATE TRIGGER a_correction_stands BEFORE INSERT OR UPDATE ON public.reserve_correction
    FOR EACH ROW EXECUTE FUNCTION guard.a_correction_stands();
CREATE CONSTRAINT TRIGGER an_approved_correction_is_posted AFTER UPDATE
    ON public.reserve_correction DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION guard.an_approved_correction_is_posted();
CREATE CONSTRAINT TRIGGER a_correction_is_posted_as_approved AFTER INSERT
    ON public.reserve_transfer DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.kind = 'CORRECTION')
    EXECUTE FUNCTION guard.a_correction_follows_its_approval();
CREATE TRIGGER filed_evidence_stands BEFORE INSERT OR UPDATE ON public.reserve_evidence
    FOR EACH ROW EXECUTE FUNCTION guard.filed_evidence_stands();
CREATE TRIGGER a_finding_stands BEFORE INSERT OR UPDATE ON public.reserve_inspection
    FOR EACH ROW EXECUTE FUNCTION guard.a_finding_stands();

REVOKE ALL ON FUNCTION guard.last_actor(bigint, text) FROM PUBLIC;
