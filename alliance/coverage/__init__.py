"""What is missing where, and why: demand against supply. Has no table of its own."""
