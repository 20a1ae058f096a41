DROP FUNCTION guard.follow_from_birth(regclass, text, text, text);
DROP FUNCTION guard.note_birth();
DROP FUNCTION guard.sign(regclass, text[]);
DROP FUNCTION guard.signs_own();
DROP FUNCTION guard.stand(regclass, jsonb);
DROP FUNCTION guard.stands();
