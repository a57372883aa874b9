"""Large problems from coarse to fine: few representative slots for purchases and the bound, then every slot as it is."""
