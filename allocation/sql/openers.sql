-- Opening a gate on application and using what it opened are two people's acts (RULES §3): whoever
-- opened a way neither holds, signs, releases, accepts nor checks what takes it in those days.

CREATE FUNCTION guard.opened_it(place text, pollutant text, way text, day date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.monitoring_gateopening AS o
         WHERE o.place_id = opened_it.place AND o.pollutant = opened_it.pollutant
           AND o.way = opened_it.way AND o.by_id = guard.person() AND o.during @> day
           -- What was taken back before it began opened nothing.
           AND (o.closed_on IS NULL OR lower(o.during) < o.closed_on))
$$;

-- By which way a reserve, or a polluter's holding, comes to a place; null where no gate stands.
CREATE FUNCTION guard.way_from_reserve(at text, reserve text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN a.code = r.code THEN NULL
                WHEN starts_with(a.path, r.path) THEN 'upper' ELSE 'purchase' END
      FROM public.kernel_place AS a, public.kernel_place AS r
     WHERE a.code = way_from_reserve.at AND r.code = way_from_reserve.reserve
$$;

CREATE FUNCTION guard.way_from_holding(at text, seller text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN CASE WHEN a.tier = 'park' THEN a.code = seller
                          ELSE guard.county_of(a.code) = guard.county_of(seller) END
                THEN NULL ELSE 'purchase' END
      FROM public.kernel_place AS a WHERE a.code = way_from_holding.at
$$;

CREATE FUNCTION guard.refuse_opener() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '批准开放该途径的人不得使用'
        USING ERRCODE = 'QG004', CONSTRAINT = 'who_opened_a_gate_uses_nothing_of_it';
END
$$;

CREATE FUNCTION guard.refuse_opener_on(application bigint, day date) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.allocation_application AS a
          JOIN public.allocation_project AS p ON p.id = a.project_id
          JOIN public.allocation_applicationsource AS s ON s.application_id = a.id
          LEFT JOIN public.kernel_polluter AS seller
            ON seller.id = s.polluter_id AND seller.id <> p.polluter_id
         WHERE a.id = refuse_opener_on.application
           AND guard.opened_it(p.place_id, s.pollutant,
                   CASE WHEN s.place_id IS NOT NULL
                        THEN guard.way_from_reserve(p.place_id, s.place_id)
                        WHEN seller.id IS NOT NULL
                        THEN guard.way_from_holding(p.place_id, seller.place_id) END,
                   day)) THEN
        PERFORM guard.refuse_opener();
    END IF;
END
$$;

CREATE FUNCTION guard.opener_holds_nothing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM guard.refuse_opener_on(NEW.id, NEW.held_on);
    RETURN NEW;
END
$$;
-- Named so that they come after the others: who may not act at all is told that first.
CREATE TRIGGER who_opened_the_gate BEFORE UPDATE OF status ON public.allocation_application
FOR EACH ROW WHEN (NEW.status = 'held' AND OLD.status <> 'held')
EXECUTE FUNCTION guard.opener_holds_nothing();

CREATE FUNCTION guard.opener_signs_nothing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM guard.refuse_opener_on(NEW.application_id, (to_jsonb(NEW) ->> TG_ARGV[0])::date);
    RETURN NEW;
END
$$;
CREATE TRIGGER who_opened_the_gate BEFORE INSERT ON public.allocation_signature
FOR EACH ROW EXECUTE FUNCTION guard.opener_signs_nothing('on');
CREATE TRIGGER who_opened_the_gate BEFORE INSERT ON public.allocation_voucher
FOR EACH ROW EXECUTE FUNCTION guard.opener_signs_nothing('issued_on');

CREATE FUNCTION guard.opener_trades_nothing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- What goes to another city comes through no gate of ours.
    way CONSTANT text := CASE
        WHEN NEW.kind = 'outbound' THEN NULL
        WHEN NEW.kind = 'inbound' THEN 'purchase'
        WHEN NEW.seller_place_id IS NOT NULL
        THEN guard.way_from_reserve(NEW.buyer_at_id, NEW.seller_place_id)
        ELSE guard.way_from_holding(NEW.buyer_at_id, (
            SELECT p.place_id FROM public.kernel_polluter AS p WHERE p.id = NEW.seller_polluter_id))
        END;
    day CONSTANT date := CASE NEW.status WHEN 'accepted' THEN NEW.accepted_on
                                         ELSE NEW.checked_on END;
BEGIN
    IF EXISTS (SELECT FROM public.allocation_tradeline AS l
                WHERE l.trade_id = NEW.id
                  AND guard.opened_it(NEW.buyer_at_id, l.pollutant, way, day)) THEN
        PERFORM guard.refuse_opener();
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER who_opened_the_gate BEFORE UPDATE OF status ON public.allocation_trade
FOR EACH ROW WHEN (NEW.status IN ('accepted', 'posted'))
EXECUTE FUNCTION guard.opener_trades_nothing();

REVOKE ALL ON FUNCTION guard.opened_it(text, text, text, date), guard.way_from_reserve(text, text),
    guard.way_from_holding(text, text), guard.refuse_opener(),
    guard.refuse_opener_on(bigint, date), guard.opener_holds_nothing(),
    guard.opener_signs_nothing(), guard.opener_trades_nothing() FROM PUBLIC;
