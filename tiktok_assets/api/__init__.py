"""The HTTP API: takes requests, says how they fare, hands out results. It analyzes nothing itself."""
