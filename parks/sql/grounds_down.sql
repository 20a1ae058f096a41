DROP TRIGGER stands ON public.parks_parkyear;
DROP TRIGGER stands_whole ON public.parks_parkyear;
SELECT guard.stand('public.parks_parkyear', '{
    "judged": ["air_id", "water_id", "judged_on", "sent_document", "sent_on"],
    "targets_sent": ["sent_document", "sent_on"],
    "targets_agreed": ["agreed_document", "agreed_on"],
    "targets_issued": ["issued_document", "issued_on"],
    "totals_taken": ["totals_id", "taken_on"],
    "totals_fixed": ["fixed_document", "fixed_on", "rule_book_id", "reward_sent_document",
                     "reward_sent_on"],
    "reward_sent": ["reward_sent_document", "reward_sent_on"],
    "rewarded": ["confirmed_document", "confirmed_on"],
    "closed": ["closed_on"]}');

CREATE OR REPLACE FUNCTION guard.park_step_is_backed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    backed boolean := CASE NEW.status
        WHEN 'judged' THEN (
            SELECT count(*) = 2 FROM public.monitoring_judgement AS j
             WHERE j.place_id = NEW.place_id AND j.year = NEW.year - 1 AND j.status = 'confirmed'
               AND ((j.id = NEW.air_id AND j.medium = 'air')
                    OR (j.id = NEW.water_id AND j.medium = 'water')))
        WHEN 'targets_sent' THEN NEW.sent_document <> '' AND NEW.sent_on IS NOT NULL
        WHEN 'targets_agreed' THEN NEW.agreed_document <> '' AND NEW.agreed_on IS NOT NULL
        WHEN 'targets_issued' THEN NEW.issued_document <> '' AND NEW.issued_on IS NOT NULL
        WHEN 'totals_taken' THEN EXISTS (
            SELECT FROM public.parks_annualtotals AS t
             WHERE t.id = NEW.totals_id AND t.place_id = NEW.place_id
               AND t.year = NEW.year - 1 AND t.status = 'accepted')
        WHEN 'totals_fixed' THEN NEW.fixed_document <> '' AND NEW.fixed_on IS NOT NULL
            AND NEW.rule_book_id IS NOT NULL
        WHEN 'reward_sent' THEN NEW.reward_sent_document <> '' AND NEW.reward_sent_on IS NOT NULL
            AND NOT EXISTS (SELECT FROM public.parks_yearline AS l
                             WHERE l.of_id = NEW.id AND l.reward IS NULL)
        WHEN 'rewarded' THEN NEW.confirmed_document <> '' AND NEW.confirmed_on IS NOT NULL
        ELSE true
    END;
BEGIN
    IF NOT coalesce(backed, false) THEN
        RAISE EXCEPTION '该环节的依据不齐：%', NEW.status
            USING ERRCODE = 'QG001', CONSTRAINT = 'a_step_of_a_park_year_has_its_ground';
    END IF;
    RETURN NEW;
END
$$;
DROP FUNCTION guard.park_judgements_stand(public.parks_parkyear);
