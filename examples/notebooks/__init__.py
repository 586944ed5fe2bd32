"""The quick start and the lectures as notebooks, made from their scripts by Jupytext."""
