/** Sets of rules that grow with the stream and can be read. */
package org.freshet.learn.rule;
