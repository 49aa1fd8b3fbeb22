package org.freshet.examples.added;

import org.freshet.testkit.ContractSuite;

/** All an added learner needs to be held against the contract. */
class ContractTest extends ContractSuite {}
