package org.freshet.learn;

import org.freshet.testkit.ContractSuite;

/** Every learner, detector and transformer keeps the contract. */
class ContractTest extends ContractSuite {}
