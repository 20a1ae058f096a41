DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT t.tgname AS name, c.oid::regclass AS target
          FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
         WHERE c.relname IN ('allocation_project', 'allocation_projectamount',
                             'allocation_application', 'allocation_applicationline',
                             'allocation_applicationsource', 'allocation_applicationsheet',
                             'allocation_divisionopinion', 'allocation_signature',
                             'allocation_voucher', 'allocation_giveback')
           AND NOT t.tgisinternal
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', found.name, found.target);
    END LOOP;
END
$$;
DROP FUNCTION guard.project_stands();
DROP FUNCTION guard.project_amount_stands();
DROP FUNCTION guard.project_is_in_use(bigint);
DROP FUNCTION guard.filed_application_stands();
DROP FUNCTION guard.filed_part_stands();
DROP FUNCTION guard.signed_as_it_stands();
