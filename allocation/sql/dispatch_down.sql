DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT t.tgname AS name, c.oid::regclass AS target
          FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
         WHERE c.relname IN ('allocation_dispatchlist', 'allocation_eiaapproval',
                             'allocation_permitcancellation', 'allocation_matchopinion',
                             'allocation_dispatchround', 'allocation_dispatchtask',
                             'allocation_finding')
           AND NOT t.tgisinternal
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', found.name, found.target);
    END LOOP;
END
$$;
DROP FUNCTION guard.found_by_its_round();
DROP FUNCTION guard.list_is_taken_once();
DROP FUNCTION guard.listed_row_stands();
