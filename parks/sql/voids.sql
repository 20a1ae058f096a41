-- What a reward paid wrongly is voided whole: proposed under a paper, decided on by another.

DROP TRIGGER stands ON public.parks_parkyear;
DROP TRIGGER stands_whole ON public.parks_parkyear;
SELECT guard.stand('public.parks_parkyear', '{
    "judged": ["air_id", "water_id", "judged_on", "sent_document", "sent_on", "agreed_document",
               "agreed_on"],
    "targets_sent": ["sent_document", "sent_on"],
    "targets_agreed": ["agreed_document", "agreed_on"],
    "targets_issued": ["issued_document", "issued_on"],
    "totals_taken": ["air_id", "water_id", "totals_id", "taken_on", "fixed_document", "fixed_on",
                     "rule_book_id", "reward_sent_document", "reward_sent_on"],
    "totals_fixed": ["fixed_document", "fixed_on", "rule_book_id", "reward_sent_document",
                     "reward_sent_on"],
    "reward_sent": ["reward_sent_document", "reward_sent_on"],
    "rewarded": ["confirmed_document", "confirmed_on"],
    "closed": ["closed_on", "void_document", "void_on"],
    "void_proposed": ["void_document", "void_on"]}');

CREATE OR REPLACE FUNCTION guard.a_reward_follows_its_year() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    year public.parks_parkyear;
    wrong text;
BEGIN
    SELECT * INTO year FROM public.parks_parkyear AS y
     WHERE y.place_id = NEW.place_id
       AND y.place_id || '-' || y.year || '-' || y.version = NEW.number;
    wrong := CASE
        WHEN year.id IS NULL THEN '没有该园区年度'
        -- A version that is closed, replaced, or to be voided was rewarded before.
        WHEN year.status NOT IN ('rewarded', 'closed', 'void_proposed', 'replaced') THEN '奖励额度未经省厅确认'
        WHEN NOT EXISTS (SELECT FROM public.parks_yearline AS l
                          WHERE l.of_id = year.id AND l.pollutant = NEW.pollutant
                            AND l.reward = NEW.verified_grams) THEN '与确认的奖励额度不符'
        WHEN NEW.declared_by_id IS DISTINCT FROM guard.last_hand(year.id, 'send_reward')
          OR NEW.reviewed_by <> ARRAY[guard.last_hand(year.id, 'fix_totals')]
          OR NOT EXISTS (SELECT FROM public.reserve_transfer AS t
                          WHERE t.id = NEW.transfer_id
                            AND t.author_id = guard.last_hand(year.id, 'confirm_reward'))
            THEN '经办人与办理记录不符'
        WHEN EXISTS (
            SELECT FROM public.reserve_entry AS e
              JOIN public.reserve_lot AS l ON l.id = e.lot_id AND l.source_id = NEW.id
              JOIN public.reserve_account AS a ON a.id = e.account_id
              JOIN public.kernel_place AS home ON home.code = year.place_id
              LEFT JOIN public.kernel_place AS p ON p.code = a.place_id
             WHERE e.transfer_id = NEW.transfer_id AND e.grams > 0
               -- The park's own, what it owes, and where the rule book divides it the city's.
               AND NOT coalesce(CASE a.kind WHEN 'COVER' THEN p.code = home.code
                                            WHEN 'RESERVE' THEN starts_with(home.path, p.path)
                                END, false)) THEN '去向与园区不符'
    END;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '奖励须与园区年度一致：% %（%）', NEW.number, NEW.pollutant, wrong
            USING ERRCODE = 'QL012', CONSTRAINT = 'nothing_enters_as_a_reward_but_what_a_year_earned';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION guard.park_reward_stands(asked public.parks_parkyear) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.parks_parkyear AS y
          JOIN public.reserve_source AS s
            ON s.kind = 'REWARD' AND s.place_id = y.place_id
           AND s.number = y.place_id || '-' || y.year || '-' || y.version
          JOIN public.reserve_lot AS l ON l.source_id = s.id
         WHERE y.place_id = (asked).place_id AND y.year = (asked).year
           AND NOT EXISTS (SELECT FROM public.reserve_voiding AS v WHERE v.lot_id = l.id))
$$;

CREATE FUNCTION guard.park_void_is_backed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    act text := coalesce(current_setting('quota.verb', true), '');
    same_paper boolean := (NEW.void_document, NEW.void_on)
                          IS NOT DISTINCT FROM (OLD.void_document, OLD.void_on);
    same_end boolean := NEW.closed_on IS NOT DISTINCT FROM OLD.closed_on;
BEGIN
    IF NOT coalesce(CASE
        WHEN act = 'propose_void' THEN
            NEW.void_document <> '' AND NEW.void_on IS NOT NULL AND guard.park_reward_stands(NEW)
        WHEN act = 'void_reward' THEN
            same_paper AND same_end AND NOT guard.park_reward_stands(NEW)
        WHEN act IN ('reject_void', 'take_back_void') THEN
            NEW.void_document = '' AND NEW.void_on IS NULL AND same_end
        ELSE same_paper
    END, false) THEN
        RAISE EXCEPTION '奖励作废的依据不齐：%', act
            USING ERRCODE = 'QG001', CONSTRAINT = 'a_step_of_a_park_year_has_its_ground';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER z_park_void_is_backed BEFORE UPDATE OF status ON public.parks_parkyear
FOR EACH ROW WHEN (NEW.status IN ('closed', 'void_proposed'))
EXECUTE FUNCTION guard.park_void_is_backed();

-- ── No reward is voided but by its year, in the very act of who decided on it ──
CREATE FUNCTION guard.a_reward_is_voided_by_its_year() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.reserve_lot AS l
          JOIN public.reserve_source AS s ON s.id = l.source_id AND s.kind = 'REWARD'
         WHERE l.id = NEW.lot_id AND NOT EXISTS (
            SELECT FROM public.parks_parkyear AS paid
              JOIN public.parks_parkyear AS y ON y.place_id = paid.place_id AND y.year = paid.year
              JOIN public.kernel_step AS p
                ON p.workflow = 'park_year' AND p.subject = y.id AND p.verb = 'void_reward'
              JOIN public.reserve_transfer AS t ON t.id = NEW.transfer_id
             WHERE paid.place_id = s.place_id
               AND paid.place_id || '-' || paid.year || '-' || paid.version = s.number
               -- Of this very transaction, and by whom it was posted, as somebody else proposed.
               AND p.at >= transaction_timestamp() AND p.person_id = t.author_id
               AND t.prepared_by_id = guard.last_hand(y.id, 'propose_void'))
    ) THEN
        RAISE EXCEPTION '奖励只能经一人提议、另一人批准后作废'
            USING ERRCODE = 'QL012', CONSTRAINT = 'a_reward_is_voided_only_as_it_was_proposed';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER a_reward_is_voided_by_its_year AFTER INSERT
    ON public.reserve_voiding DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION guard.a_reward_is_voided_by_its_year();

REVOKE ALL ON FUNCTION guard.park_reward_stands(public.parks_parkyear),
    guard.park_void_is_backed(), guard.a_reward_is_voided_by_its_year() FROM PUBLIC;
