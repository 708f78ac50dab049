"""`kanarya doctor`: looks at everything that can be wrong around a worker, and says what, why and the mend.

`examine` runs the checks under one deadline. Each check is a coroutine or function that gives findings; nothing here
writes to a topic, joins a group or commits.
"""
