"""The table of arguments: what another value of each argument does, here and in Keras.

signatures   which arguments there are: a program reads them from both libraries
values       what each thing is made with, and the other value that each argument gets
observe      what a thing does: outputs, weights, config, warnings, errors
verdicts     what an argument does: changes, recorded, warns, refuses, nothing
table        the file `table.tsv`: a row for each argument, written by the program
command      `parity arguments`
"""
