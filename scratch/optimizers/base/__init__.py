"""What every optimizer is: settings, slots, one step over one flat vector."""
