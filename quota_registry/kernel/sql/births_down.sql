DROP FUNCTION guard.follow_from_birth(regclass, text, text, text);
DROP FUNCTION guard.note_birth();
DROP FUNCTION guard.stand(regclass, jsonb);
DROP FUNCTION guard.stands();
