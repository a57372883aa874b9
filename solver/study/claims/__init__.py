"""Public claims about the cost of inference, held against what this project computes from public figures."""
