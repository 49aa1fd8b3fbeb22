/** Networks as learners: how rows become floats, and a network with its head. */
package org.freshet.neural.network;
