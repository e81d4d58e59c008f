"""Runbooks: phases and steps a person walks through, and the policy that goes with them."""
