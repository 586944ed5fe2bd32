"""`parity report`: everything that this machine can compare, on one page.

cells     what is compared: a case, an engine
measure   the comparisons, several engines at work at once; what is done is kept
growth    errors against steps, and the noise floor in float32
summary   all of it as plain numbers, the worst first
page      one page of HTML that needs nothing but itself
"""
