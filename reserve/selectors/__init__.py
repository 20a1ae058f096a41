"""The stock's answers, for pages, the API and jobs."""
