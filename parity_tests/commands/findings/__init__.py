"""`parity findings`: what is wrong in Keras, release by release, told so that it can be filed."""
