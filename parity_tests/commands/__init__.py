"""The commands of `parity`, each with what it runs."""
