"""What every layer is: built once, called often, owner of weights and of other layers."""
