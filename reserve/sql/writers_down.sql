-- The guards as they stood when only who drafted a claim counted as having written it.
CREATE OR REPLACE FUNCTION guard.has_acted(flow text, subject bigint, verbs text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.kernel_step s
        WHERE s.workflow = flow AND s.subject = has_acted.subject
          AND s.person_id = guard.person() AND s.verb = ANY (verbs))
    -- Who drafted a claim declared it, even where a colleague filed it.
    OR flow = 'claim' AND 'file' = ANY (verbs) AND EXISTS (
        SELECT 1 FROM public.reserve_claim c
        WHERE c.id = has_acted.subject AND c.drafted_by_id = guard.person())
$$;

DROP TRIGGER what_one_writes_one_does_not_judge ON public.reserve_claim;
DROP TRIGGER note_new_writers ON public.reserve_claim;
DROP TRIGGER note_writers ON public.reserve_claim;
DROP TRIGGER note_new_writers ON public.reserve_claimline;
DROP TRIGGER note_writers ON public.reserve_claimline;
DROP TRIGGER note_removing_writers ON public.reserve_claimline;
DROP TRIGGER note_new_writers ON public.reserve_evidence;
DROP TRIGGER note_writers ON public.reserve_evidence;
DROP FUNCTION guard.what_one_writes_one_does_not_judge();
DROP FUNCTION guard.note_writers();
