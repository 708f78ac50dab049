"""`make eval`: how good and how fast the built-in scorer is, against floors; a number below its floor fails the run."""
