"""The five lectures that this project grew from, and what follows: one walk-through for each.

    python -m examples.lectures                runs all six, into pages: lectures-report/index.html
    python -m examples.lectures.soccer_ball    runs one

Each is a script with `# %%` cells: a program, and a notebook too, in examples/notebooks. See
README.md for their conventions beside Keras's, and FORMULAS.md for every formula in code.
"""

LECTURES = {
    "training_deep_nets": "Training deep neural nets",
    "loss_and_descent": "Loss functions, gradient descent, backpropagation",
    "soccer_ball": "Backpropagation: is there a soccer ball?",
    "representation_learning": "Representation learning 21",
    "optimizers": "Neural networks, backpropagation, optimizers",
    "convolution": "Convolutional networks",
}
