"""What stations ask for: drafting, posting, lifecycle."""
