"""E-mail: reading what came, however broken; writing answers; the mailbox (IMAP) and the way out (SMTP)."""
