-- Who wrote anything of a claim declared it: neither screener, nor reviewer, nor who admits it.

-- A statement's writers are noted together; what the office adds to a claim is no writing.
CREATE FUNCTION guard.note_writers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    office text[] := ARRAY['status', 'assigned_to_id', 'letter_id', 'admitted_on', 'rule_book_id',
                           'changed_at', 'reason', 'reviewed_by_id', 'reviewed_at',
                           'province_grams'];
    claims bigint[];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(DISTINCT (n.body ->> TG_ARGV[0])::bigint) INTO claims
          FROM (SELECT to_jsonb(w) - office AS body FROM written AS w
                EXCEPT SELECT to_jsonb(b) - office FROM before AS b) AS n;
    ELSE
        EXECUTE format('SELECT array_agg(DISTINCT %I) FROM written', TG_ARGV[0]) INTO claims;
    END IF;
    INSERT INTO public.reserve_claimwriter (claim_id, person_id)
    SELECT DISTINCT c.id, hand.id
      FROM public.reserve_claim AS c,
           unnest(ARRAY[guard.person(),
                        CASE WHEN TG_OP = 'INSERT' THEN c.drafted_by_id END]) AS hand (id)
     WHERE c.id = ANY (claims) AND c.status IN ('draft', 'returned') AND hand.id IS NOT NULL
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

CREATE TRIGGER note_new_writers AFTER INSERT ON public.reserve_claim
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION guard.note_writers('id');
CREATE TRIGGER note_writers AFTER UPDATE ON public.reserve_claim
    REFERENCING NEW TABLE AS written OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION guard.note_writers('id');
CREATE TRIGGER note_new_writers AFTER INSERT ON public.reserve_claimline
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION guard.note_writers('claim_id');
CREATE TRIGGER note_writers AFTER UPDATE ON public.reserve_claimline
    REFERENCING NEW TABLE AS written OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION guard.note_writers('claim_id');
CREATE TRIGGER note_removing_writers AFTER DELETE ON public.reserve_claimline
    REFERENCING OLD TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION guard.note_writers('claim_id');
CREATE TRIGGER note_new_writers AFTER INSERT ON public.reserve_evidence
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION guard.note_writers('claim_id');
CREATE TRIGGER note_writers AFTER UPDATE ON public.reserve_evidence
    REFERENCING NEW TABLE AS written OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION guard.note_writers('claim_id');

CREATE OR REPLACE FUNCTION guard.has_acted(flow text, subject bigint, verbs text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.kernel_step s
        WHERE s.workflow = flow AND s.subject = has_acted.subject
          AND s.person_id = guard.person() AND s.verb = ANY (verbs))
    -- Who wrote anything of a claim declared it, even where a colleague filed it.
    OR flow = 'claim' AND 'file' = ANY (verbs) AND EXISTS (
        SELECT 1 FROM public.reserve_claimwriter w
        WHERE w.claim_id = has_acted.subject AND w.person_id = guard.person())
$$;

CREATE FUNCTION guard.what_one_writes_one_does_not_judge() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.kernel_transition AS t
         WHERE t.workflow = 'claim' AND t.source = OLD.status AND t.target = NEW.status
           AND t.verb = current_setting('quota.verb', true) AND t.apart ? 'file')
       AND guard.has_acted('claim', NEW.id, ARRAY['file']) THEN
        RAISE EXCEPTION '填写过本件的人不得办理本件的审查环节'
            USING ERRCODE = 'QG004', CONSTRAINT = 'who_acts_and_who_checks_are_different_people';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER what_one_writes_one_does_not_judge BEFORE UPDATE OF status ON public.reserve_claim
    FOR EACH ROW EXECUTE FUNCTION guard.what_one_writes_one_does_not_judge();

-- Of claims on record the history of their rows tells who wrote them.
INSERT INTO public.reserve_claimwriter (claim_id, person_id)
SELECT c.id, c.drafted_by_id FROM public.reserve_claim AS c
UNION
SELECT s.subject, s.person_id FROM public.kernel_step AS s
 WHERE s.workflow = 'claim' AND s.verb = 'file'
UNION
SELECT h.claim, h.person_id
  FROM (SELECT coalesce(e.after, e.before) AS body, e.person_id, e.before, e.after,
               (coalesce(e.after, e.before)
                   ->> CASE "table" WHEN 'reserve_claim' THEN 'id' ELSE 'claim_id' END)::bigint
                   AS claim
          FROM public.kernel_rowevent AS e
         WHERE e.person_id IS NOT NULL
           AND (e."table" IN ('reserve_claim', 'reserve_claimline')
                OR e."table" = 'reserve_evidence'
                   AND coalesce(e.after, e.before) ->> 'kind' <> 'photo')) AS h
  JOIN public.reserve_claim AS c ON c.id = h.claim
 WHERE (h.before - ARRAY['status', 'assigned_to_id', 'letter_id', 'admitted_on', 'rule_book_id',
                         'changed_at', 'reason', 'reviewed_by_id', 'reviewed_at',
                         'province_grams'])
       IS DISTINCT FROM
       (h.after - ARRAY['status', 'assigned_to_id', 'letter_id', 'admitted_on', 'rule_book_id',
                        'changed_at', 'reason', 'reviewed_by_id', 'reviewed_at',
                        'province_grams']);

SELECT guard.keep('public.reserve_claimwriter');
REVOKE ALL ON FUNCTION guard.note_writers() FROM PUBLIC;
REVOKE ALL ON FUNCTION guard.what_one_writes_one_does_not_judge() FROM PUBLIC;
