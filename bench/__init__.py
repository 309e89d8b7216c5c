"""What pa-deploy costs, measured beside what people use today; `make bench` runs all of it.

Every scenario is run by several contenders against the emulator, one after the other in turn, and
each figure is the median of the rounds. Ratios are to the first contender, the limit.
"""
