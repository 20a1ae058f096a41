-- Targets, orders and judgements: born by a step, moved by their tables, never edited.
-- Months that were judged, measures and results only grow.

SELECT guard.follow_from_birth('public.monitoring_target', 'target', 'proposed', 'propose');
SELECT guard.follow_from_birth('public.monitoring_suspension', 'suspension', 'proposed', 'propose');
SELECT guard.follow_from_birth('public.monitoring_judgement', 'judgement', 'proposed', 'propose');

SELECT guard.stand('public.monitoring_target', '{"in_force": ["approved_by_id"]}');
SELECT guard.stand('public.monitoring_suspension', '{
    "in_force": ["during", "document", "ordered_on"],
    "lift_proposed": ["lift_reason"],
    "lifted": ["during", "lift_document", "lifted_on"]}');
SELECT guard.stand('public.monitoring_judgement', '{
    "confirmed": ["document", "confirmed_by_id", "confirmed_on"]}');
SELECT guard.stand('public.monitoring_gateopening', '{"": ["during", "closed_by_id", "closed_on"]}');

SELECT guard.sign('public.monitoring_target', 'proposed_by_id', 'approved_by_id');
SELECT guard.sign('public.monitoring_judgement', 'proposed_by_id', 'confirmed_by_id');
SELECT guard.sign('public.monitoring_taskresult', 'by_id');
SELECT guard.sign('public.monitoring_gateopening', 'by_id', 'closed_by_id');
SELECT guard.sign('public.monitoring_monitorcheck', 'by_id');

-- ── The days of an order ──
CREATE FUNCTION guard.order_keeps_its_days() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Ordered once; kept when a lift is refused; shortened by the lift and by nothing else.
    IF OLD.during IS NOT NULL
       AND NEW.during <> OLD.during * daterange(NULL, NEW.lifted_on)
       OR isempty(NEW.during) THEN
        RAISE EXCEPTION '暂停期间只由解除令缩短'
            USING ERRCODE = 'QG001', CONSTRAINT = 'an_order_is_shortened_by_its_lift_alone';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER order_keeps_its_days BEFORE UPDATE ON public.monitoring_suspension
FOR EACH ROW EXECUTE FUNCTION guard.order_keeps_its_days();

CREATE FUNCTION guard.opening_only_closes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- It ends with the day before it is closed; taken back by its first day, it never began, and
    -- its days stay as they were written.
    IF OLD.closed_by_id IS NOT NULL OR NEW.closed_by_id IS NULL OR NEW.closed_on IS NULL
       OR NEW.closed_on >= upper(OLD.during)
       OR NEW.during <> (CASE WHEN NEW.closed_on <= lower(OLD.during) THEN OLD.during
                              ELSE daterange(lower(OLD.during), NEW.closed_on) END) THEN
        RAISE EXCEPTION '申请开放只能提前关闭一次'
            USING ERRCODE = 'QG001', CONSTRAINT = 'an_opening_is_closed_once_and_never_widened';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER only_closes BEFORE UPDATE ON public.monitoring_gateopening
FOR EACH ROW EXECUTE FUNCTION guard.opening_only_closes();

-- ── Data that do not count ──
SELECT guard.stand('public.monitoring_barredspan', '{"": ["during", "ended_by_id"]}');

CREATE FUNCTION guard.bar_only_ends() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.ended_by_id IS NOT NULL OR isempty(NEW.during)
       OR lower(NEW.during) <> lower(OLD.during) OR upper(NEW.during) IS NULL
       OR NOT EXISTS (
           SELECT FROM public.monitoring_monitorcheck AS passed
             JOIN public.monitoring_monitorcheck AS failed ON failed.id = OLD.failed_id
            WHERE passed.id = NEW.ended_by_id AND passed.passed
              AND passed.monitor_id = OLD.monitor_id AND passed.kind = failed.kind
              AND passed."on" <= upper(NEW.during)
       ) THEN
        RAISE EXCEPTION '不得使用期间只由同类合格检查结束'
            USING ERRCODE = 'QG001', CONSTRAINT = 'a_bar_ends_by_a_passed_check_of_its_kind';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bar_only_ends BEFORE UPDATE ON public.monitoring_barredspan
FOR EACH ROW EXECUTE FUNCTION guard.bar_only_ends();

REVOKE ALL ON FUNCTION guard.order_keeps_its_days(), guard.opening_only_closes(),
    guard.bar_only_ends() FROM PUBLIC;

SELECT guard.keep('public.monitoring_monthrun');
SELECT guard.keep('public.monitoring_placewarning');
SELECT guard.keep('public.monitoring_measure');
SELECT guard.keep('public.monitoring_taskresult');
SELECT guard.keep('public.monitoring_monitorcheck');

SELECT guard.watch('public.monitoring_station');
SELECT guard.watch('public.monitoring_outlet');
SELECT guard.watch('public.monitoring_monitor');
SELECT guard.watch('public.monitoring_monitorcheck');
SELECT guard.watch('public.monitoring_barredspan');
SELECT guard.watch('public.monitoring_readingbatch');
SELECT guard.watch('public.monitoring_target');
SELECT guard.watch('public.monitoring_warningtask');
SELECT guard.watch('public.monitoring_measure');
SELECT guard.watch('public.monitoring_suspension');
SELECT guard.watch('public.monitoring_judgement');
SELECT guard.watch('public.monitoring_taskresult');
SELECT guard.watch('public.monitoring_gateopening');
