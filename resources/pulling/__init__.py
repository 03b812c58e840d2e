"""Getting models. Only what lies here opens a connection for one; loading and running a model never comes here."""
