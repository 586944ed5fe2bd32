"""Whole trajectories in float64: the lecture's run of 51,570 steps, with every optimizer.

variants    the optimizers, one line each
runs        the same steps in `scratch`, in its permuted twins and in tf.keras
verdict     how far two correct runs may be apart after t steps, before and after chaos sets in
job         one optimizer after the other; what is finished is kept, and what was stopped goes on
unfinished  the file that it goes on from
shown       the table, the plot, the JSON
"""
