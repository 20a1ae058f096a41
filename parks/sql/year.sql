-- The year of a park: born by a step and moved by its table; what a step fills in moves with it
-- alone; its lines are written while their step is open; a reward enters as it was confirmed.

SELECT guard.follow_from_birth('public.parks_parkyear', 'park_year', 'open', 'open');
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
SELECT guard.sign('public.parks_parkyear', 'opened_by_id');

-- ── A line is written while its step is open, and else stands ──
CREATE FUNCTION guard.park_line_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    earned CONSTANT text[] := ARRAY['verified', 'paid_before', 'reward', 'reward_reasons'];
    stands text;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.of_id, NEW.pollutant) IS DISTINCT FROM (OLD.of_id, OLD.pollutant)
    THEN
        stands := 'another year';
    ELSE
        -- Shared, so that no step passes while a line is being written.
        SELECT y.status INTO stands FROM public.parks_parkyear AS y
         WHERE y.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.of_id ELSE NEW.of_id END FOR SHARE;
    END IF;
    IF NOT (CASE stands
        WHEN 'totals_taken' THEN
            TG_OP = 'DELETE' OR (NEW.reward IS NULL AND NEW.verified IS NULL)
        WHEN 'totals_fixed' THEN
            TG_OP = 'UPDATE' AND to_jsonb(NEW) - earned = to_jsonb(OLD) - earned
        ELSE false
    END) THEN
        RAISE EXCEPTION '该环节已办理，总量与奖励不得修改'
            USING ERRCODE = 'QG001', CONSTRAINT = 'a_park_line_is_written_while_its_step_is_open';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER park_line_stands BEFORE INSERT OR UPDATE OR DELETE ON public.parks_yearline
FOR EACH ROW EXECUTE FUNCTION guard.park_line_stands();
CREATE TRIGGER park_lines_stand BEFORE TRUNCATE ON public.parks_yearline
FOR EACH STATEMENT EXECUTE FUNCTION guard.only_grows();

-- ── Each step stands on what it needs ──
CREATE FUNCTION guard.park_step_is_backed() RETURNS trigger
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
-- After the workflow's own trigger, which comes first by its name's order.
CREATE TRIGGER z_park_step_is_backed BEFORE UPDATE OF status ON public.parks_parkyear
FOR EACH ROW EXECUTE FUNCTION guard.park_step_is_backed();

-- ── A reward enters as it was confirmed, whole, once; and nothing enters as a reward without ──
CREATE FUNCTION guard.park_rewards_differ(year public.parks_parkyear) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM (SELECT l.pollutant, l.reward FROM public.parks_yearline AS l
                      WHERE l.of_id = (year).id AND l.reward > 0) AS earned
        FULL JOIN (SELECT s.pollutant, s.verified_grams FROM public.reserve_source AS s
                    WHERE s.kind = 'REWARD' AND s.place_id = (year).place_id
                      AND s.number = (year).place_id || '-' || (year).year || '-' || (year).version
                  ) AS entered USING (pollutant)
         WHERE earned.reward IS DISTINCT FROM entered.verified_grams)
$$;

CREATE FUNCTION guard.reward_is_posted_as_confirmed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF guard.park_rewards_differ(NEW) THEN
        RAISE EXCEPTION '入库的奖励须与省厅确认的一致'
            USING ERRCODE = 'QL007', CONSTRAINT = 'a_reward_enters_as_it_was_confirmed';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER reward_is_posted_as_confirmed AFTER UPDATE OF status
    ON public.parks_parkyear DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.status = 'rewarded')
    EXECUTE FUNCTION guard.reward_is_posted_as_confirmed();

REVOKE ALL ON FUNCTION guard.park_line_stands(), guard.park_step_is_backed(),
    guard.park_rewards_differ(public.parks_parkyear), guard.reward_is_posted_as_confirmed()
    FROM PUBLIC;

SELECT guard.watch('public.parks_parkyear');
SELECT guard.watch('public.parks_yearline');
