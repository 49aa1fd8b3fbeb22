/** Small models before a costly expert: what they answer themselves, and what they leave to it. */
package org.freshet.learn.cascade;
