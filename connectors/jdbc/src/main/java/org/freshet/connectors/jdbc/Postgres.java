package org.freshet.connectors.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.freshet.core.ConfigException;
import org.postgresql.Driver;

/** A PostgreSQL server. User and password come from the environment, and are never shown. */
final class Postgres implements Database {
  private static final String PREFIX = "jdbc:postgresql:";

  private final String of;
  private final String url;
  private final Properties properties = new Properties();

  /**
   * @param of whose parameters these are, for messages
   * @param userVariable name of the environment variable with the user; null for the URL's database
   *     default
   */
  Postgres(
      String of,
      String url,
      String userVariable,
      String passwordVariable,
      UnaryOperator<String> environment) {
    this.of = of;
    this.url = url;
    String lower = url.toLowerCase(Locale.ROOT);
    if (!lower.startsWith(PREFIX)) {
      throw new ConfigException(
          "",
          "'url' of "
              + of
              + " does not begin with "
              + PREFIX
              + "//"
              + (of.equals("jdbc") ? "; for SQLite give 'path'" : "; for SQLite leave it out"));
    }
    if (lower.matches(".*[?&](user|password|sslpassword)=.*") || lower.contains("@")) {
      throw new ConfigException(
          "",
          "'url' of "
              + of
              + " holds a user or password, which logs would show; put them into environment"
              + " variables and name those by 'user_variable' and 'password_variable'");
    }
    set("user", "user_variable", userVariable, environment);
    set("password", "password_variable", passwordVariable, environment);
    properties.setProperty("ApplicationName", "freshet");
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("loginTimeout", "10");
    properties.setProperty("socketTimeout", "60");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("reWriteBatchedInserts", "true");
    if (!new Driver().acceptsURL(url)) {
      throw new ConfigException(
          "", "'url' of " + of + " is not of the form jdbc:postgresql://host:5432/database");
    }
  }

  private void set(
      String property, String parameter, String variable, UnaryOperator<String> environment) {
    if (variable == null) {
      return;
    }
    String value = environment.apply(variable);
    if (value == null) {
      throw new ConfigException(
          "",
          "the environment variable '"
              + variable
              + "' that '"
              + parameter
              + "' of "
              + of
              + " names is not set");
    }
    properties.setProperty(property, value);
  }

  @Override
  public String name() {
    int options = url.indexOf('?');
    return (options < 0 ? url : url.substring(0, options)).substring("jdbc:".length());
  }

  @Override
  public Connection connect() throws SQLException {
    Connection c = new Driver().connect(url, properties);
    c.setAutoCommit(false);
    return c;
  }

  /** Class 08 is a connection that broke or was refused, 53 and 57 a server that cannot now. */
  @Override
  public boolean passes(SQLException e) {
    String state = e.getSQLState();
    return state == null
        || state.startsWith("08")
        || state.startsWith("53")
        || state.startsWith("57")
        || state.startsWith("58");
  }
}
