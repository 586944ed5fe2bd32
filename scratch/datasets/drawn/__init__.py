"""Data sets that are drawn by a program: pictures of garments and of balls."""
