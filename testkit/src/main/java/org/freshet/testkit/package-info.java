/**
 * Contract tests for components, and helpers to test one's own: extend {@link
 * org.freshet.testkit.ContractSuite} in the tests of a module with components.
 */
package org.freshet.testkit;
