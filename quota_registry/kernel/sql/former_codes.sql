-- A code that a polluter bore before stays with it for good: under two codes the same works would
-- count as two projects (§21).
-- The check comes after the row, so that it sees whom the unique code had to wait for.
CREATE FUNCTION guard.a_former_code_is_nobody_elses() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bearer bigint := CASE TG_TABLE_NAME WHEN 'kernel_polluter' THEN to_jsonb(NEW) ->> 'id'
                                        ELSE to_jsonb(NEW) ->> 'polluter_id' END;
    holder text;
BEGIN
    SELECT p.name INTO holder
      FROM public.kernel_polluter AS p
     WHERE p.id <> bearer
       AND CASE TG_TABLE_NAME
           WHEN 'kernel_polluter' THEN p.id IN (
               SELECT f.polluter_id FROM public.kernel_pollutername AS f WHERE f.uscc = NEW.uscc)
           ELSE p.uscc = NEW.uscc END
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '统一社会信用代码 % 已登记在“%”名下', NEW.uscc, holder
            USING ERRCODE = 'QG005', CONSTRAINT = 'a_former_code_is_nobody_elses';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER a_former_code_is_nobody_elses AFTER INSERT OR UPDATE OF uscc
    ON public.kernel_polluter FOR EACH ROW EXECUTE FUNCTION guard.a_former_code_is_nobody_elses();
CREATE TRIGGER a_former_code_is_nobody_elses AFTER INSERT OR UPDATE OF uscc
    ON public.kernel_pollutername
    FOR EACH ROW EXECUTE FUNCTION guard.a_former_code_is_nobody_elses();
REVOKE ALL ON FUNCTION guard.a_former_code_is_nobody_elses() FROM PUBLIC;
