DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT t.tgname AS name, c.oid::regclass AS target
          FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
         WHERE c.relname LIKE 'monitoring\_%' AND NOT t.tgisinternal
           AND t.tgname IN ('take_step', 'note_birth', 'stands', 'stands_whole', 'only_grows',
                            'note_row', 'note_new_rows', 'signs_own', 'order_keeps_its_days',
                            'only_closes', 'bar_only_ends')
           AND c.relname NOT IN ('monitoring_reading', 'monitoring_replacedreading')
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', found.name, found.target);
    END LOOP;
END
$$;
DROP FUNCTION guard.order_keeps_its_days();
DROP FUNCTION guard.opening_only_closes();
DROP FUNCTION guard.bar_only_ends();
