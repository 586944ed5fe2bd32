"""The main job: one network, one seed, two libraries, and a verdict.

job       what is to be run, and what a run of one engine brings back
train     one engine trains: the log, the weights after every epoch, the seconds
probes    what the verdict rests on: batch order, a float64 stretch, a float32 stretch
faults    scratch, spoilt on purpose: a verdict that cannot fail proves nothing
compare   the distances between two runs, and TensorFlow's distance from itself
verdict   the checks, each with the bound that it was derived from
conduct   the order in which all this happens
console, pictures, report, figures    what is shown: terminal, plots, page, JSON
"""
