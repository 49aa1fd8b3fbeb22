/**
 * Turns classes annotated as components into providers, so that nothing is looked up by reflection.
 */
package org.freshet.processor;
