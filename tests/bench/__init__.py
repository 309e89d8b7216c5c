"""The benchmarks work, in small. How fast anything is, no test says."""
