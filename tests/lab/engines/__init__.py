"""Real browsers behind one interface: start with a profile and a clock, open, evaluate, read the cookie jar, stop."""
