"""What no rebuilding of the house may change: names, digits, pictures and messages.

names       every public name with its signature
digits      a SHA-256 of everything that the harness records, case by case
pictures    drawings of graphs, models and histories
messages    the words of every error that a test provokes
command     `parity unchanged`, which compares; `--write` records anew

What is recorded stands in the files beside. A change that is meant is recorded with the change.
"""
