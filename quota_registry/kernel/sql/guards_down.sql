-- Take the kernel's guards back.
DROP FUNCTION guard.note_row(), guard.only_grows(), guard.take_step(), guard.approved_book_stands() CASCADE;
DROP FUNCTION guard.watch(regclass, text), guard.keep(regclass), guard.follow(regclass, text, text), guard.person();
