DROP TRIGGER the_division_of_its_medium ON public.reserve_claimline;
DROP TRIGGER the_division_of_its_medium ON public.reserve_claim;
DROP TRIGGER the_division_of_its_medium ON public.reserve_opinion;
DROP FUNCTION guard.line_is_judged_by_its_division();
DROP FUNCTION guard.claim_is_judged_by_its_division();
DROP FUNCTION guard.seat_is_its_divisions();
DROP FUNCTION guard.require_division(text, text);
DROP FUNCTION guard.medium_of(text);
