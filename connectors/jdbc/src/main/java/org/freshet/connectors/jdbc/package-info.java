/** Answers into databases by JDBC. */
package org.freshet.connectors.jdbc;
