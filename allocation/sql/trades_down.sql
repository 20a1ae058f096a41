DROP TRIGGER trade_serves_its_buyer ON public.allocation_applicationsource;
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT t.tgname AS name, c.oid::regclass AS target
          FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
         WHERE c.relname IN ('allocation_trade', 'allocation_tradeline') AND NOT t.tgisinternal
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', found.name, found.target);
    END LOOP;
END
$$;
DROP FUNCTION guard.trade_serves_its_buyer();
DROP FUNCTION guard.trade_is_backed();
DROP FUNCTION guard.trade_line_is_offered();
DROP FUNCTION guard.county_of(text);
