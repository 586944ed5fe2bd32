"""The fuzzer: Hypothesis draws training programs, the engines run them, what differs is shrunk.

program     a training run as Python text: what is run, and what is printed when it fails
tables      what can be drawn: one entry a layer, a loss, a metric, an option
programs    how entries become a program that is valid in Keras
running     a program in one library, as a record
twins       scratch against itself under other roundings: how well conditioned a program is
judging     two records and the policy: agreed, quirk, refused, diverges
campaign    the search, the tally, the scripts
"""
