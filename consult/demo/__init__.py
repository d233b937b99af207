"""The demonstration: reports of the sample's open questions, and a server on which the sample is being answered."""
