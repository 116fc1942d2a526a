"""Real browsers behind one face: start with a profile and a clock, open, evaluate, read the cookie jar, stop."""
