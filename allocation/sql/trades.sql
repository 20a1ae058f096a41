-- Trades: born by an offer, moved by their table, never edited; what is accepted is set aside, and
-- what is posted is in the ledger. A holding that was bought serves its buyer alone.

SELECT guard.follow_from_birth('public.allocation_trade', 'trade', 'offered', 'offer');
SELECT guard.stand('public.allocation_trade', '{
    "consented": ["consented_by_id", "consented_on"],
    "accepted": ["accepted_by_id", "accepted_on", "accept_file_id", "counterpart"],
    "posted": ["checked_by_id", "checked_on", "certificate", "rule_book_id", "findings",
               "transfer_id"]}');
SELECT guard.sign('public.allocation_trade', 'offered_by_id', 'consented_by_id',
                  'accepted_by_id', 'checked_by_id');
SELECT guard.keep('public.allocation_tradeline');

-- The county of a place; a park right below the city is its own.
CREATE FUNCTION guard.county_of(place text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.code FROM public.kernel_place AS at, public.kernel_place AS p
     WHERE at.code = county_of.place AND starts_with(at.path, p.path)
     ORDER BY p.tier <> 'county', length(p.path) DESC LIMIT 1
$$;

-- ── The terms are complete with the offer ──
CREATE FUNCTION guard.trade_line_is_offered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    t public.allocation_trade;
BEGIN
    SELECT * INTO t FROM public.allocation_trade AS x WHERE x.id = NEW.trade_id FOR UPDATE;
    IF t.status <> 'offered' OR (SELECT count(*) FROM public.allocation_tradeline AS l
                                  WHERE l.trade_id = t.id) >= t.lines_offered THEN
        RAISE EXCEPTION '交易 % 的内容不得修改', t.number
            USING ERRCODE = 'QG001', CONSTRAINT = 'what_was_put_on_record_is_not_edited';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER line_is_offered BEFORE INSERT ON public.allocation_tradeline
FOR EACH ROW EXECUTE FUNCTION guard.trade_line_is_offered();

-- ── What the status says, the ledger has ──
CREATE FUNCTION guard.trade_is_backed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    act CONSTANT text := coalesce(current_setting('quota.verb', true), '');
    missing text;
BEGIN
    IF NEW.status = 'accepted' THEN
        IF OLD.status = 'offered' AND NEW.seller_place_id IS NOT NULL THEN
            RAISE EXCEPTION '储备尚未同意出让：%', NEW.number
                USING ERRCODE = 'QD003', CONSTRAINT = 'a_reserve_sells_by_its_head_alone';
        END IF;
        IF act = 'accept_inside'
           AND guard.county_of(NEW.seller_at_id) <> guard.county_of(NEW.buyer_at_id) THEN
            RAISE EXCEPTION '跨区域交易须由双方分别登记：%', NEW.number
                USING ERRCODE = 'QG004',
                      CONSTRAINT = 'who_acts_and_who_checks_are_different_people';
        END IF;
        IF (SELECT count(*) FROM public.allocation_tradeline AS l
             WHERE l.trade_id = NEW.id) <> NEW.lines_offered THEN
            RAISE EXCEPTION '交易内容不完整：%', NEW.number
                USING ERRCODE = 'QG001', CONSTRAINT = 'what_was_put_on_record_is_not_edited';
        END IF;
        SELECT l.pollutant INTO missing FROM public.allocation_tradeline AS l
         WHERE l.trade_id = NEW.id AND NEW.kind <> 'inbound'
           AND guard.set_aside(NEW.number, l.pollutant) <> l.grams LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION '交易标的尚未预留：% %', NEW.number, missing
                USING ERRCODE = 'QD002', CONSTRAINT = 'what_is_sold_is_set_aside';
        END IF;
    ELSIF NEW.status = 'posted' THEN
        -- Each line came to the buyer, or left for the other city, by the trade's own transfer.
        SELECT l.pollutant INTO missing FROM public.allocation_tradeline AS l
         WHERE l.trade_id = NEW.id AND l.grams IS DISTINCT FROM (
             SELECT sum(e.grams) FROM public.reserve_entry AS e
               JOIN public.reserve_account AS a ON a.id = e.account_id
              WHERE e.transfer_id = NEW.transfer_id AND e.pollutant = l.pollutant
                AND CASE WHEN NEW.kind = 'outbound'
                         THEN a.kind = 'OUTSIDE' AND a.city = NEW.city
                         ELSE a.kind = 'HOLDING' AND a.polluter_id = NEW.buyer_id END) LIMIT 1;
        IF FOUND OR guard.set_aside(NEW.number, NULL) <> 0 OR NOT EXISTS (
            SELECT FROM public.reserve_transfer AS t
             WHERE t.id = NEW.transfer_id AND t.key = 'trade/' || NEW.number
               AND t.kind = CASE NEW.kind WHEN 'local' THEN 'TRADE'
                                 WHEN 'inbound' THEN 'TRADE_IN' ELSE 'TRADE_OUT' END) THEN
            RAISE EXCEPTION '交易尚未入账：% %', NEW.number, missing
                USING ERRCODE = 'QD002', CONSTRAINT = 'a_trade_is_posted_by_its_own_transfer';
        END IF;
    ELSIF NEW.status IN ('refused', 'withdrawn')
          AND guard.set_aside(NEW.number, NULL) <> 0 THEN
        RAISE EXCEPTION '预留尚未退回：%', NEW.number
            USING ERRCODE = 'QD002', CONSTRAINT = 'what_is_over_holds_nothing';
    END IF;
    RETURN NEW;
END
$$;
-- Named so that it comes after take_step: who may not act is told that first.
CREATE TRIGGER trade_is_backed BEFORE UPDATE OF status ON public.allocation_trade
FOR EACH ROW EXECUTE FUNCTION guard.trade_is_backed();

-- ── A holding that was bought serves its buyer, and the project it was bought for ──
CREATE FUNCTION guard.trade_serves_its_buyer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.trade_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.allocation_trade AS t
          JOIN public.allocation_application AS a ON a.id = NEW.application_id
          JOIN public.allocation_project AS p ON p.id = a.project_id
          JOIN public.allocation_tradeline AS l
            ON l.trade_id = t.id AND l.pollutant = NEW.pollutant
         WHERE t.id = NEW.trade_id AND t.status = 'posted' AND t.buyer_id = NEW.polluter_id
           AND p.polluter_id = t.buyer_id AND coalesce(t.project_id, p.id) = p.id) THEN
        RAISE EXCEPTION '该交易不归本项目，或尚未成交'
            USING ERRCODE = 'QD002', CONSTRAINT = 'a_trade_serves_its_buyer_alone';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER trade_serves_its_buyer BEFORE INSERT OR UPDATE ON public.allocation_applicationsource
FOR EACH ROW EXECUTE FUNCTION guard.trade_serves_its_buyer();

REVOKE ALL ON FUNCTION guard.county_of(text), guard.trade_line_is_offered(),
    guard.trade_is_backed(), guard.trade_serves_its_buyer() FROM PUBLIC;

SELECT guard.watch('public.allocation_trade');
SELECT guard.watch('public.allocation_tradeline');
