"""What releases of Keras do differently: a program each, which runs on all of them."""
