"""What holds, written as sentences: rules bare, everything else through the door it serves."""
