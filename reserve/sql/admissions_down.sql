DROP TRIGGER nothing_enters_but_an_admitted_claim ON public.reserve_source;
DROP TRIGGER an_admitted_claim_is_in_the_ledger ON public.reserve_claim;
DROP TRIGGER a_correction_stands ON public.reserve_correction;
DROP TRIGGER an_approved_correction_is_posted ON public.reserve_correction;
DROP TRIGGER a_correction_is_posted_as_approved ON public.reserve_transfer;
DROP TRIGGER filed_evidence_stands ON public.reserve_evidence;
DROP TRIGGER a_finding_stands ON public.reserve_inspection;
DROP FUNCTION guard.an_admission_follows_its_claim(), guard.last_actor(bigint, text),
    guard.an_admitted_claim_is_in_the_ledger(), guard.a_correction_stands(),
    guard.an_approved_correction_is_posted(), guard.filed_evidence_stands(),
    guard.a_correction_follows_its_approval(), guard.a_finding_stands();
