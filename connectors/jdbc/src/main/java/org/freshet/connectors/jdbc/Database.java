package org.freshet.connectors.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** What differs between databases. */
interface Database {
  /** For messages and metrics; without any secret. */
  String name();

  /** A new connection that commits by hand. */
  Connection connect() throws SQLException;

  /** Whether an error will pass by itself: the database is down, or not reached. */
  boolean passes(SQLException e);
}
