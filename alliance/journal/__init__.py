"""Who did what, and when; append only. What leaves the house reads it."""
