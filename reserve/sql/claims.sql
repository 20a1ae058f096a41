-- What the database itself keeps about claims: their way, their separation of acts, and that
-- what was filed is what is reviewed and admitted.


CREATE FUNCTION guard.has_acted(flow text, subject bigint, verbs text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.kernel_step s
        WHERE s.workflow = flow AND s.subject = has_acted.subject
          AND s.person_id = guard.person() AND s.verb = ANY (verbs))
    -- Who drafted a claim declared it, even where a colleague filed it.
    OR flow = 'claim' AND 'file' = ANY (verbs) AND EXISTS (
        SELECT 1 FROM public.reserve_claim c
        WHERE c.id = has_acted.subject AND c.drafted_by_id = guard.person())
$$;

-- ── A filed claim is not edited ──
CREATE FUNCTION guard.filed_claim_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- What the office adds on the way; everything else is the declarer's word.
    added text[] := ARRAY['status', 'assigned_to_id', 'letter_id', 'admitted_on', 'rule_book_id',
                          'changed_at'];
BEGIN
    IF OLD.status NOT IN ('draft', 'returned')
       AND to_jsonb(NEW) - added <> to_jsonb(OLD) - added THEN
        RAISE EXCEPTION '申报 % 已提交，不得修改', OLD.number
            USING ERRCODE = 'QR001', CONSTRAINT = 'a_filed_claim_is_not_edited';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER filed_claim_stands BEFORE UPDATE ON public.reserve_claim
FOR EACH ROW EXECUTE FUNCTION guard.filed_claim_stands();

-- ── Lines: written while the claim is written, reviewed while it is screened ──
CREATE FUNCTION guard.filed_line_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    verdict text[] := ARRAY['status', 'reason', 'reviewed_by_id', 'reviewed_at'];
    share text[] := ARRAY['province_grams'];
    stands text;
BEGIN
    SELECT c.status INTO stands FROM public.reserve_claim c
    WHERE c.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.claim_id ELSE NEW.claim_id END;
    IF TG_OP = 'UPDATE' AND NEW.claim_id <> OLD.claim_id THEN
        RAISE EXCEPTION '核算行不得移到另一申报'
            USING ERRCODE = 'QR001', CONSTRAINT = 'a_filed_claim_is_not_edited';
    END IF;

    IF stands IN ('draft', 'returned') THEN
        IF TG_OP <> 'DELETE' AND (NEW.status <> 'pending' OR NEW.province_grams IS NOT NULL) THEN
            RAISE EXCEPTION '草稿中的核算行没有审核结果'
                USING ERRCODE = 'QR001', CONSTRAINT = 'a_line_is_reviewed_after_screening';
        END IF;
    ELSIF TG_OP = 'UPDATE' AND stands = 'screened'
          AND to_jsonb(NEW) - verdict - 'admissible' = to_jsonb(OLD) - verdict - 'admissible' THEN
        IF NEW.reviewed_by_id IS DISTINCT FROM guard.person()
           OR guard.has_acted('claim', NEW.claim_id, ARRAY['file', 'receive', 'screen']) THEN
            RAISE EXCEPTION '核算行须由申报人、初审人以外的人审核'
                USING ERRCODE = 'QG004', CONSTRAINT = 'who_acts_and_who_checks_are_different_people';
        END IF;
    ELSIF TG_OP = 'UPDATE' AND stands = 'joint_reviewed'
          AND to_jsonb(NEW) - share - 'admissible' = to_jsonb(OLD) - share - 'admissible' THEN
        NULL;
    ELSE
        RAISE EXCEPTION '申报已提交，核算行不得修改'
            USING ERRCODE = 'QR001', CONSTRAINT = 'a_filed_claim_is_not_edited';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER filed_line_stands BEFORE INSERT OR UPDATE OR DELETE ON public.reserve_claimline
FOR EACH ROW EXECUTE FUNCTION guard.filed_line_stands();

-- ── Opinions are signed by who gives them, on the version that stands ──
CREATE FUNCTION guard.opinion_is_own() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    claim public.reserve_claim;
BEGIN
    SELECT * INTO claim FROM public.reserve_claim c WHERE c.id = NEW.claim_id;
    IF claim.status <> 'reviewed' OR claim.version <> NEW.version THEN
        RAISE EXCEPTION '只能对会审中的当前版次签署意见'
            USING ERRCODE = 'QR002', CONSTRAINT = 'an_opinion_is_given_on_what_stands';
    END IF;
    IF NEW.by_id IS DISTINCT FROM guard.person()
       OR guard.has_acted('claim', NEW.claim_id, ARRAY['file', 'receive', 'screen'])
       OR EXISTS (SELECT 1 FROM public.reserve_opinion o
                  WHERE o.claim_id = NEW.claim_id AND o.version = NEW.version
                    AND o.by_id = NEW.by_id AND o.seat <> NEW.seat) THEN
        RAISE EXCEPTION '会审意见须由申报人、初审人以外的人本人签署，一人一席'
            USING ERRCODE = 'QG004', CONSTRAINT = 'who_acts_and_who_checks_are_different_people';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER opinion_is_own BEFORE INSERT ON public.reserve_opinion
FOR EACH ROW EXECUTE FUNCTION guard.opinion_is_own();

-- ── A step is backed by what it says ──
CREATE FUNCTION guard.claim_step_is_backed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.drafted_by_id = guard.person() AND EXISTS (
        SELECT 1 FROM public.kernel_transition t
        WHERE t.workflow = 'claim' AND t.source = OLD.status AND t.target = NEW.status
          AND t.verb = current_setting('quota.verb', true) AND t.apart ? 'file') THEN
        RAISE EXCEPTION '起草人不得办理本件的审查环节'
            USING ERRCODE = 'QG004', CONSTRAINT = 'who_acts_and_who_checks_are_different_people';
    END IF;
    IF NEW.status = OLD.status THEN
        RETURN NEW;
    END IF;
    IF NEW.status = 'filed' AND (
        NOT EXISTS (SELECT 1 FROM public.reserve_claimline l WHERE l.claim_id = NEW.id)
        OR EXISTS (SELECT 1 FROM public.reserve_claimline l
                   WHERE l.claim_id = NEW.id AND l.status <> 'pending')) THEN
        RAISE EXCEPTION '申报须有核算行，且不得带有此前的审核结果'
            USING ERRCODE = 'QR002', CONSTRAINT = 'a_claim_is_filed_unjudged';
    END IF;
    IF NEW.status = 'received' AND NOT EXISTS (
        SELECT 1 FROM public.reserve_claimrevision r
        WHERE r.claim_id = NEW.id AND r.version = NEW.version
    ) THEN
        RAISE EXCEPTION '第 % 版申报内容未留存', NEW.version
            USING ERRCODE = 'QR002', CONSTRAINT = 'what_was_filed_is_kept_whole';
    END IF;
    IF NEW.status = 'reviewed' AND EXISTS (
        SELECT 1 FROM public.reserve_claimline l WHERE l.claim_id = NEW.id AND l.status = 'pending'
    ) THEN
        RAISE EXCEPTION '尚有未审核的核算行'
            USING ERRCODE = 'QR002', CONSTRAINT = 'every_line_is_reviewed_before_joint_review';
    END IF;
    IF NEW.status = 'joint_reviewed' THEN
        IF 3 <> (SELECT count(*) FROM public.reserve_opinion o
                 WHERE o.claim_id = NEW.id AND o.version = NEW.version AND o.agrees) THEN
            RAISE EXCEPTION '会审须有水处、大气处、综合业务处三方同意的签署意见'
                USING ERRCODE = 'QR002', CONSTRAINT = 'joint_review_needs_three_signed_opinions';
        END IF;
        -- An ordered visit must be made, and of several the last one says what holds.
        IF EXISTS (SELECT 1 FROM public.reserve_inspection i
                   WHERE i.claim_id = NEW.id AND i.finding <> 'sound'
                     AND (i.finding = '' OR i.id = (
                         SELECT max(n.id) FROM public.reserve_inspection n
                         WHERE n.claim_id = NEW.id))) THEN
            RAISE EXCEPTION '现场核查未完成或结论为不属实'
                USING ERRCODE = 'QR002', CONSTRAINT = 'an_adverse_inspection_blocks_joint_review';
        END IF;
    END IF;
    IF NEW.status = 'province_confirmed' AND (NEW.letter_id IS NULL OR EXISTS (
        SELECT 1 FROM public.reserve_claimline l
        WHERE l.claim_id = NEW.id AND l.status = 'accepted' AND l.province_grams IS NULL)) THEN
        RAISE EXCEPTION '省级确认须有文件和各行省级份额'
            USING ERRCODE = 'QR002', CONSTRAINT = 'the_province_confirms_by_letter';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER step_is_backed BEFORE UPDATE OF status ON public.reserve_claim
FOR EACH ROW EXECUTE FUNCTION guard.claim_step_is_backed();

SELECT guard.follow('public.reserve_claim', 'claim', 'draft');

SELECT guard.keep('public.reserve_claimrevision');
SELECT guard.keep('public.reserve_opinion');

SELECT guard.watch('public.reserve_claim');
SELECT guard.watch('public.reserve_claimline');
SELECT guard.watch('public.reserve_evidence');
SELECT guard.watch('public.reserve_inspection');
SELECT guard.watch('public.reserve_opinion');
SELECT guard.watch('public.reserve_provinceletter');
SELECT guard.watch('public.reserve_correction');
SELECT guard.watch('public.reserve_reductiontask');
SELECT guard.watch('public.reserve_importbatch');

REVOKE ALL ON FUNCTION guard.has_acted(text, bigint, text[]) FROM PUBLIC;
