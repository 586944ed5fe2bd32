"""What is under way in this thread, and what holds for all."""
