"""The quick start and the five lectures as notebooks, made from their scripts by Jupytext."""
