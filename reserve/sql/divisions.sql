-- A division speaks of its own medium alone: it judges no line, signs no seat and refuses no claim
-- of another's (§4, §23). That a seat was held on the day of the act is the grant table's to say.

CREATE FUNCTION guard.medium_of(pollutant text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN pollutant IN ('COD', 'NH3N', 'TN', 'TP') THEN 'water' ELSE 'air' END
$$;

CREATE FUNCTION guard.require_division(medium text, place text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.kernel_appointment AS a
          JOIN public.kernel_place AS seat ON seat.code = a.place_id
          JOIN public.kernel_place AS at ON at.code = require_division.place
         WHERE a.person_id = guard.person() AND a.role = 'division_reviewer_' || medium
           AND NOT isempty(a.during) AND starts_with(at.path, seat.path)) THEN
        RAISE EXCEPTION '要素处室只办理本要素的事项'
            USING ERRCODE = 'QG004', CONSTRAINT = 'a_division_speaks_of_its_own_medium_alone';
    END IF;
END
$$;

CREATE FUNCTION guard.line_is_judged_by_its_division() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    declared_at text;
BEGIN
    -- While it is screened nothing of a line changes but its verdict.
    SELECT c.place_id INTO declared_at FROM public.reserve_claim AS c
     WHERE c.id = NEW.claim_id AND c.status = 'screened';
    IF FOUND THEN
        PERFORM guard.require_division(guard.medium_of(NEW.pollutant), declared_at);
    END IF;
    RETURN NEW;
END
$$;
-- Named so that they come after the others: who may not act at all is told that first.
CREATE TRIGGER the_division_of_its_medium BEFORE UPDATE ON public.reserve_claimline
FOR EACH ROW EXECUTE FUNCTION guard.line_is_judged_by_its_division();

CREATE FUNCTION guard.claim_is_judged_by_its_division() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    act CONSTANT text := coalesce(current_setting('quota.verb', true), '');
    own CONSTANT text := split_part(act, '_', 2);
BEGIN
    IF act NOT IN ('review_water', 'review_air', 'sign_water', 'sign_air') THEN
        RETURN NEW;
    END IF;
    PERFORM guard.require_division(own, NEW.place_id);
    IF starts_with(act, 'review_') AND NOT EXISTS (
        SELECT FROM public.reserve_claimline AS l
         WHERE l.claim_id = NEW.id AND guard.medium_of(l.pollutant) = own) THEN
        RAISE EXCEPTION '申报 % 没有本要素的核算行', NEW.number
            USING ERRCODE = 'QG004', CONSTRAINT = 'a_division_speaks_of_its_own_medium_alone';
    END IF;
    -- What the other division has not judged, or let pass, is not refused with the rest.
    IF NEW.status = 'refused' AND EXISTS (
        SELECT FROM public.reserve_claimline AS l
         WHERE l.claim_id = NEW.id AND l.status <> 'refused') THEN
        RAISE EXCEPTION '申报 % 尚有未被否决的核算行', NEW.number
            USING ERRCODE = 'QR002', CONSTRAINT = 'a_division_refuses_a_claim_line_by_line';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER the_division_of_its_medium BEFORE UPDATE OF status ON public.reserve_claim
FOR EACH ROW EXECUTE FUNCTION guard.claim_is_judged_by_its_division();

CREATE FUNCTION guard.seat_is_its_divisions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM guard.require_division(
        NEW.seat, (SELECT c.place_id FROM public.reserve_claim AS c WHERE c.id = NEW.claim_id));
    RETURN NEW;
END
$$;
CREATE TRIGGER the_division_of_its_medium BEFORE INSERT ON public.reserve_opinion
FOR EACH ROW WHEN (NEW.seat IN ('water', 'air'))
EXECUTE FUNCTION guard.seat_is_its_divisions();

REVOKE ALL ON FUNCTION guard.medium_of(text), guard.require_division(text, text),
    guard.line_is_judged_by_its_division(), guard.claim_is_judged_by_its_division(),
    guard.seat_is_its_divisions() FROM PUBLIC;
