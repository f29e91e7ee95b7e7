"""Questions: strict files beside the lesson, graded by pure functions, every answer kept."""
