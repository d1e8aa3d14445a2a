"""Random questions of analysts to deskql and its peers: one SQL text, answers compared, times by class."""
