"""What is kept: tables, repositories, the inbox and the outbox."""
