DROP TRIGGER a_former_code_is_nobody_elses ON public.kernel_pollutername;
DROP TRIGGER a_former_code_is_nobody_elses ON public.kernel_polluter;
DROP FUNCTION guard.a_former_code_is_nobody_elses();
