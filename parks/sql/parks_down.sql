DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT t.tgname AS name, c.oid::regclass AS target
          FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
         WHERE starts_with(c.relname, 'parks_') AND NOT t.tgisinternal
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', found.name, found.target);
    END LOOP;
END
$$;
ALTER TABLE public.parks_totalsrow DROP CONSTRAINT amounts_are_whole_grams_of_the_eight;
DROP FUNCTION guard.totals_row_stands(), guard.totals_row_stays(), guard.totals_stand(),
    guard.is_masses(jsonb), guard.park_line_stands(), guard.park_step_is_backed(),
    guard.reward_is_posted_as_confirmed(), guard.park_rewards_differ(public.parks_parkyear);
