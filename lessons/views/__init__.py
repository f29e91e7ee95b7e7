"""Pages of the lesson: the text, its questions, and what a learner has shown."""
