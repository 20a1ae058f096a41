-- A visit proves the version that was visited, and no later one.

-- Of a visit on record it is known when it was ordered, and so which version stood then.
DROP TRIGGER a_finding_stands ON public.reserve_inspection;
UPDATE public.reserve_inspection AS i
   SET version = coalesce((SELECT max(r.version) FROM public.reserve_claimrevision AS r
                            WHERE r.claim_id = i.claim_id AND r.at::date <= i.ordered_on), 1);

CREATE OR REPLACE FUNCTION guard.a_finding_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    stands integer := (SELECT c.version FROM public.reserve_claim AS c WHERE c.id = NEW.claim_id);
BEGIN
    IF NEW.version IS DISTINCT FROM stands OR TG_OP = 'INSERT' AND NEW.finding <> ''
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
CREATE TRIGGER a_finding_stands BEFORE INSERT OR UPDATE ON public.reserve_inspection
    FOR EACH ROW EXECUTE FUNCTION guard.a_finding_stands();

CREATE OR REPLACE FUNCTION guard.claim_step_is_backed() RETURNS trigger
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
                         WHERE n.claim_id = NEW.id)))
           -- What was drawn is visited in the version that stands.
           OR (EXISTS (SELECT 1 FROM public.reserve_inspection i
                       JOIN public.kernel_person p ON p.id = i.ordered_by_id
                       WHERE i.claim_id = NEW.id AND p.username = 'system')
               AND NOT EXISTS (SELECT 1 FROM public.reserve_inspection i
                               WHERE i.claim_id = NEW.id AND i.version = NEW.version
                                 AND i.finding = 'sound')) THEN
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
