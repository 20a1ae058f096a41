-- A division speaks of its own medium alone: it assesses and refuses an application for the sake of
-- its own lines, and refuses none to which it agreed (§4, §23).

CREATE FUNCTION guard.application_has_line_of(application bigint, medium text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.allocation_applicationline AS l
         WHERE l.application_id = application_has_line_of.application
           AND guard.medium_of(l.pollutant) = application_has_line_of.medium)
$$;

CREATE FUNCTION guard.application_is_judged_by_its_division() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    act CONSTANT text := coalesce(current_setting('quota.verb', true), '');
    own CONSTANT text := split_part(act, '_', 2);
BEGIN
    IF act NOT IN ('assess_water', 'assess_air', 'refuse_water', 'refuse_air') THEN
        RETURN NEW;
    END IF;
    PERFORM guard.require_division(own, NEW.place_id);
    IF NOT guard.application_has_line_of(NEW.id, own) THEN
        RAISE EXCEPTION '申请 % 没有本要素的替代量', NEW.number
            USING ERRCODE = 'QG004', CONSTRAINT = 'a_division_speaks_of_its_own_medium_alone';
    END IF;
    IF NEW.status = 'refused' AND EXISTS (
        SELECT FROM public.allocation_divisionopinion AS o
         WHERE o.application_id = NEW.id AND o.version = NEW.version AND o.medium = own) THEN
        RAISE EXCEPTION '本处室已审核同意：%', NEW.number
            USING ERRCODE = 'QG003', CONSTRAINT = 'a_division_assesses_a_version_once';
    END IF;
    RETURN NEW;
END
$$;
-- Named so that they come after the others: who may not act at all is told that first.
CREATE TRIGGER the_division_of_its_medium BEFORE UPDATE OF status ON public.allocation_application
FOR EACH ROW EXECUTE FUNCTION guard.application_is_judged_by_its_division();

CREATE FUNCTION guard.opinion_is_its_divisions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM guard.require_division(
        NEW.medium,
        (SELECT a.place_id FROM public.allocation_application AS a
          WHERE a.id = NEW.application_id));
    IF NOT guard.application_has_line_of(NEW.application_id, NEW.medium) THEN
        RAISE EXCEPTION '申请没有本要素的替代量'
            USING ERRCODE = 'QG004', CONSTRAINT = 'a_division_speaks_of_its_own_medium_alone';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER the_division_of_its_medium BEFORE INSERT ON public.allocation_divisionopinion
FOR EACH ROW EXECUTE FUNCTION guard.opinion_is_its_divisions();

REVOKE ALL ON FUNCTION guard.application_has_line_of(bigint, text),
    guard.application_is_judged_by_its_division(), guard.opinion_is_its_divisions() FROM PUBLIC;
