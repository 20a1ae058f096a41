DROP TRIGGER the_division_of_its_medium ON public.allocation_application;
DROP TRIGGER the_division_of_its_medium ON public.allocation_divisionopinion;
DROP FUNCTION guard.application_is_judged_by_its_division();
DROP FUNCTION guard.opinion_is_its_divisions();
DROP FUNCTION guard.application_has_line_of(bigint, text);
