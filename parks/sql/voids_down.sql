DROP TRIGGER a_reward_is_voided_by_its_year ON public.reserve_voiding;
DROP TRIGGER z_park_void_is_backed ON public.parks_parkyear;
DROP FUNCTION guard.a_reward_is_voided_by_its_year(), guard.park_void_is_backed(),
    guard.park_reward_stands(public.parks_parkyear);

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
    "closed": ["closed_on"]}');

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
        -- A version that is closed or replaced was rewarded before.
        WHEN year.status NOT IN ('rewarded', 'closed', 'replaced') THEN '奖励额度未经省厅确认'
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
