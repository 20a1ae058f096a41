-- ── Mass comes from another city, or goes to one: none of our own places is another ──
CREATE FUNCTION guard.trade_names_another_city() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    stem CONSTANT text := rtrim(NEW.city, '市区县');
BEGIN
    IF EXISTS (
        SELECT FROM public.kernel_place AS p
         WHERE p.tier IN ('city', 'county', 'park')
           AND (rtrim(p.name, '市区县') = stem
                OR p.tier = 'city' AND starts_with(stem, rtrim(p.name, '市区县')))) THEN
        RAISE EXCEPTION '“%”在本市范围内', NEW.city
            USING ERRCODE = 'QD004', CONSTRAINT = 'another_city_is_none_of_ours';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER another_city_is_none_of_ours BEFORE INSERT ON public.allocation_trade
FOR EACH ROW WHEN (NEW.city <> '') EXECUTE FUNCTION guard.trade_names_another_city();
REVOKE ALL ON FUNCTION guard.trade_names_another_city() FROM PUBLIC;
