-- ── What comes in from another city comes by a posted trade, as its certificate says ──
CREATE FUNCTION guard.inbound_mass_follows_its_trade() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.allocation_trade AS t
          JOIN public.allocation_tradeline AS l
            ON l.trade_id = t.id AND l.pollutant = NEW.pollutant
         WHERE t.number = NEW.number AND t.kind = 'inbound' AND t.status = 'posted'
           AND t.transfer_id = NEW.transfer_id AND t.counterpart = NEW.document
           AND t.buyer_at_id = NEW.place_id AND l.grams = NEW.verified_grams) THEN
        RAISE EXCEPTION '市外转入须有已核准的交易：%', NEW.number
            USING ERRCODE = 'QL007', CONSTRAINT = 'nothing_comes_in_but_by_a_posted_trade';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER nothing_comes_in_but_by_a_posted_trade AFTER INSERT
    ON public.reserve_source DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.kind = 'INBOUND_TRADE')
    EXECUTE FUNCTION guard.inbound_mass_follows_its_trade();
REVOKE ALL ON FUNCTION guard.inbound_mass_follows_its_trade() FROM PUBLIC;
