"""`parity playground`: where its files are, how its page is built, and what starts it."""
