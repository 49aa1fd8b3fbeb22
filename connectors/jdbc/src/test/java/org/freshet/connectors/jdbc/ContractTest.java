package org.freshet.connectors.jdbc;

import org.freshet.testkit.ContractSuite;

/** The sink describes itself as every component does. */
class ContractTest extends ContractSuite {}
