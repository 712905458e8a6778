"""What the company knows: articles in categories, every version of them, and a search that answers questions."""
