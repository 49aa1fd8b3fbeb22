/** Experts behind HTTP: large models and any other service that answers with a class. */
package org.freshet.connectors.experts;
