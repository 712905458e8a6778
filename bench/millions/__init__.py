"""Ten million messages: loads a large organization beside small ones, and asks what people ask all day."""
